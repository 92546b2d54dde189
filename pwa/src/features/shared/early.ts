/**
 * A question to the server that goes out while the code that reads its answer is still on its way. It is answered once, to
 * the first screen; `forgetEarly` ends what nobody took, so that no later person is shown it.
 */
let asked: { path: string; answer: Promise<Response>; stop: AbortController } | undefined

/** The list of a gallery, with the small pictures of its first screen. */
export const galleryPath = (id: string): string => `/inspections/${id}/photos?first=12`

/** `path` under /api/v1. */
export function askEarly(path: string): void {
  const stop = new AbortController()
  const answer = fetch(`/api/v1${path}`, { headers: { Accept: 'application/json' }, credentials: 'same-origin', cache: 'no-store', redirect: 'error', signal: stop.signal })
  answer.catch(() => undefined)
  asked = { path, answer, stop }
}

/** What to ask through instead of `fetch`: the early answer if it is a good one. Undefined where nothing was asked early. */
export function early(path: string): ((url: string, init: RequestInit) => Promise<Response>) | undefined {
  const found = asked?.path === path ? asked : undefined
  if (!found) return undefined
  asked = undefined
  return async (url, init) => {
    init.signal?.addEventListener('abort', () => found.stop.abort())
    const answer = await found.answer.catch(() => undefined)
    return answer?.ok ? answer : fetch(url, init)
  }
}

export function forgetEarly(): void {
  asked?.stop.abort()
  asked = undefined
}
