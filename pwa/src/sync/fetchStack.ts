/**
 * tus-js-client over fetch: its own stack needs XMLHttpRequest, which a service worker has not. Used in both, so that there
 * is one way in which uploads fail. An answer without tus' header is not from our server.
 */

import type { HttpRequest, HttpResponse, HttpStack } from 'tus-js-client'
import { localProblem } from '../core/problems'
import { ApiProblem, refusal, timed, timeoutFor, type Fetch } from './http'

export class FetchStack implements HttpStack {
  constructor(private readonly fetch: Fetch) {}

  createRequest(method: string, url: string): HttpRequest {
    return new FetchRequest(this.fetch, method, url)
  }

  getName(): string {
    return 'FetchStack'
  }
}

class FetchRequest implements HttpRequest {
  private readonly headers: Record<string, string> = {}
  private readonly stop = new AbortController()
  private progress: (sent: number) => void = () => undefined

  constructor(
    private readonly fetch: Fetch,
    private readonly method: string,
    private readonly url: string,
  ) {}

  getMethod = (): string => this.method
  getURL = (): string => this.url
  setHeader = (name: string, value: string): void => void (this.headers[name] = value)
  getHeader = (name: string): string | undefined => this.headers[name]
  setProgressHandler = (handler: (sent: number) => void): void => void (this.progress = handler)
  getUnderlyingObject = (): unknown => this
  abort = async (): Promise<void> => this.stop.abort()

  async send(body?: unknown): Promise<HttpResponse> {
    const size = body instanceof Blob ? body.size : 0
    return timed({ signal: this.stop.signal, timeout_ms: timeoutFor(size) }, async (signal) => {
      const request: RequestInit = {
        method: this.method, headers: this.headers, credentials: 'same-origin', redirect: 'error', cache: 'no-store', signal,
      }
      if (body) request.body = body as Blob
      const response = await this.fetch(this.url, request)
      const text = this.method === 'HEAD' ? '' : await response.text()
      this.judge(response, text)
      this.progress(size)
      return new FetchResponse(response, text)
    })
  }

  /**
   * Throws what the tus client must not see: it would begin anew after any failed question for an offset, and call a
   * portal's page a success. Only an upload that is truly gone is left for it to begin again.
   */
  private judge(response: Response, text: string): void {
    const ours = response.headers.has('Tus-Resumable')
    const { status } = response
    if (response.ok && ours) return
    const json = /^application\/(problem\+)?json\b/.test(response.headers.get('Content-Type') ?? '')
    const gone = status === 404 || status === 410
    if (gone && this.method === 'HEAD' && (ours || json)) return
    if (gone && this.method === 'PATCH' && (ours || json)) throw new ApiProblem({ ...localProblem('phone.upload_gone'), family: 'stale' })
    if (status === 409 || status === 423) throw new ApiProblem('phone.server_busy', { status })
    throw refusal(response, parsed(text) ?? (ours ? null : undefined))
  }
}

class FetchResponse implements HttpResponse {
  constructor(
    private readonly response: Response,
    private readonly text: string,
  ) {}

  getStatus = (): number => this.response.status
  getHeader = (name: string): string | undefined => this.response.headers.get(name) ?? undefined
  getBody = (): string => this.text
  getUnderlyingObject = (): unknown => this.response
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
