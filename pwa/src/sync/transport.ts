/** How the engine reaches the server. One implementation over fetch serves the page and the worker. */

import type { PhotoRow } from '../store/db'
import { API, ask, refusal, timed, timeoutFor, type Ask, type Fetch } from './http'
import { readReply, type SyncReply, type SyncRequest } from './protocol'

export interface Uploaded {
  /** What the server proved to hold; null if it did not say. */
  verified: string | null
}

export interface Upload {
  photo: PhotoRow
  bytes: ArrayBuffer
  /** Whose session must bring it: somebody else's is refused. */
  user: string
  /** Called with the address to resume at, as soon as it is known. */
  onUrl(url: string): Promise<void>
}

export interface Transport {
  sync(request: SyncRequest, user: string): Promise<SyncReply>
  /** The exact text of a checklist version. */
  checklist(digest: string): Promise<unknown>
  upload(upload: Upload): Promise<Uploaded>
  /** The last word of a revoked device: it holds nothing any more. */
  leave?(): Promise<void>
  /** Any other question, e.g. `/joins`. */
  ask(path: string, init?: Ask): Promise<unknown>
  /** The bytes of a JPEG. */
  picture(path: string): Promise<ArrayBuffer>
}

/** Below this zipping costs more than it saves. */
const LARGE_BYTES = 2048

/** Brings the tus client: the page loads it when the first photo waits, the worker has it in its script. */
export type LoadUpload = () => Promise<typeof import('./upload')>

export function httpTransport(loadUpload: LoadUpload, fetcher?: Fetch, origin: string = location.origin): Transport {
  const by: Fetch = fetcher ?? ((url, init) => fetch(url, init))
  return {
    async sync(request, user) {
      const headers = { 'X-Mingcha-User': user }
      return readReply(await send(`${origin}${API}/sync`, { method: 'POST', body: request, headers, fetch: by }))
    },
    ask: (path, init = {}) => send(`${origin}${API}${path}`, { ...init, fetch: by }),
    picture: (path) => timed({}, async (signal) => {
      const response = await by(`${origin}${API}${path}`, { credentials: 'same-origin', redirect: 'error', signal })
      if (!response.ok || !response.headers.get('Content-Type')?.startsWith('image/')) throw refusal(response)
      return response.arrayBuffer()
    }),
    checklist: (digest) => ask(`${origin}${API}/checklists/${digest}`, { fetch: by }),
    leave: async () => void (await ask(`${origin}${API}/session`, { method: 'DELETE', fetch: by })),
    upload: async (upload) => (await loadUpload()).upload(upload, `${origin}${API}/uploads`, by),
  }
}

/** A large body goes zipped, where the browser can and the server takes it. */
async function send(url: string, init: Ask): Promise<unknown> {
  const text = init.body === undefined ? '' : JSON.stringify(init.body)
  if (text.length < LARGE_BYTES) return ask(url, init)
  const plain = () => ask(url, { timeout_ms: timeoutFor(text.length), ...init })
  const { canSqueeze, orPlain, squeezed } = await import('./carry/squeeze')
  if (!canSqueeze()) return plain()
  const body = await squeezed(text)
  const headers = { ...init.headers, 'Content-Encoding': 'gzip' }
  return orPlain(() => ask(url, { timeout_ms: timeoutFor(body.size), ...init, body, headers }), plain)
}
