/**
 * One request to our server, and an honest reading of what came back. Whatever is not an answer of ours (a portal's page,
 * a cut line, silence) is a problem of the `busy` family, never a success.
 */

import { familyOf, localProblem, problemIn } from '../core/problems'
import { ApiProblem } from '../store/failures'

export { ApiProblem } from '../store/failures'

export type Fetch = (url: string, init: RequestInit) => Promise<Response>

export const API = '/api/v1'
export const TIMEOUT_MS = 30_000
/** The slowest line on which a body may still arrive in time. */
const SLOWEST_BYTES_PER_S = 8 * 1024
/** How long to wait for the answer to a body of this size. */
export const timeoutFor = (bytes: number): number => TIMEOUT_MS + (bytes / SLOWEST_BYTES_PER_S) * 1000

export interface Ask {
  method?: string
  body?: unknown
  headers?: Record<string, string>
  signal?: AbortSignal
  timeout_ms?: number
  fetch?: Fetch
}

/** The JSON of a 2xx answer (undefined for 204). A file goes as it is. Throws ApiProblem for everything else. */
export async function ask(path: string, init: Ask = {}): Promise<unknown> {
  const unsafe = (init.method ?? 'GET') !== 'GET'
  const headers: Record<string, string> = { Accept: 'application/json', ...(unsafe && { 'X-Mingcha': '1' }), ...init.headers }
  const file = init.body instanceof Blob && init.body
  const body = file || (init.body === undefined || typeof init.body === 'string' ? init.body : JSON.stringify(init.body))
  if (body !== undefined) headers['Content-Type'] = file ? file.type || 'application/octet-stream' : 'application/json'
  const request: RequestInit = { method: init.method ?? 'GET', headers, credentials: 'same-origin', cache: 'no-store', redirect: 'error' }
  if (body !== undefined) request.body = body
  return timed(init, async (signal) => read(await (init.fetch ?? fetch)(path, { ...request, signal })))
}

/** Runs `act` with a signal that fires after the timeout or when the caller cancels, body included. */
export async function timed<T>(init: Pick<Ask, 'signal' | 'timeout_ms'>, act: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController()
  let late = false
  const timer = setTimeout(() => {
    late = true
    stop.abort()
  }, init.timeout_ms ?? TIMEOUT_MS)
  const cancel = () => stop.abort()
  init.signal?.addEventListener('abort', cancel)
  if (init.signal?.aborted) stop.abort()
  try {
    return await act(stop.signal)
  } catch (failure) {
    if (failure instanceof ApiProblem) throw failure
    throw new ApiProblem(late ? 'phone.timeout' : 'phone.offline', { why: String(failure) })
  } finally {
    clearTimeout(timer)
    init.signal?.removeEventListener('abort', cancel)
  }
}

async function read(response: Response): Promise<unknown> {
  if (response.status === 204) return undefined
  const json = /^application\/(problem\+)?json\b/.test(response.headers.get('Content-Type') ?? '')
  const body: unknown = json ? await response.json() : undefined
  if (response.ok && json) return body
  throw refusal(response, body)
}

/** The problem that an answer stands for. A page where JSON belongs is somebody else's server: offline. */
export function refusal(response: Response, body?: unknown): ApiProblem {
  const said = problemIn(body)
  const { status } = response
  const family = familyOf(status)
  const problem = said
    ? new ApiProblem(said)
    : response.ok || status === 511 || (family === 'barred' && body === undefined)
      ? new ApiProblem('phone.offline', { status })
      : family === 'busy'
        ? new ApiProblem('phone.server_busy', { status })
        : new ApiProblem({ ...localProblem('phone.unexpected', { status }), code: `http.${status}`, family })
  const wait = retryAfter(response)
  if (wait !== undefined) problem.retry_after_s = wait
  return problem
}

/** Seconds; `Retry-After` is a number or a date. At most an hour, whatever was asked. */
function retryAfter(response: Response): number | undefined {
  const text = response.headers.get('Retry-After')
  if (!text) return undefined
  const seconds = /^\d+$/.test(text.trim()) ? Number(text) : (Date.parse(text) - Date.now()) / 1000
  return Number.isFinite(seconds) ? Math.min(3600, Math.max(0, seconds)) : undefined
}
