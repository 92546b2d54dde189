/** Large bodies go zipped where the browser can; a server that does not take that is asked plainly, from then on. */

import { ApiProblem } from '../../store/failures'

let refused = false

export const canSqueeze = (): boolean => !refused && typeof CompressionStream !== 'undefined'

export async function squeezed(text: string): Promise<Blob> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'))
  return new Blob([await new Response(stream).arrayBuffer()], { type: 'application/json' })
}

/** Runs `zipped`; where the answer says that the zipping was the fault, `plain`, and never zipped again in this page. */
export async function orPlain<T>(zipped: () => Promise<T>, plain: () => Promise<T>): Promise<T> {
  try {
    return await zipped()
  } catch (failure) {
    if (!(failure instanceof ApiProblem) || !['malformed', 'not_json', 'http.400', 'http.415'].includes(failure.code)) throw failure
    const answer = await plain()
    refused = true
    return answer
  }
}

/** For tests. */
export function squeezeAgain(): void {
  refused = false
}
