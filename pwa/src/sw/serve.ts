/** Which requests the worker answers, and from where. The server's own addresses are never answered from a cache. */

export interface Caches {
  shell(url: string): Promise<Response | undefined>
  before(request: Request): Promise<Response | undefined>
}

const SERVERS_OWN = /^\/(api|public|uploads|docs|metrics|health)(\/|$)/

/** Undefined: the browser asks the network itself. */
export function answer(request: Request, here: URL, from: Caches): Promise<Response> | undefined {
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== here.origin || SERVERS_OWN.test(url.pathname)) return undefined
  if (request.mode === 'navigate') return page(request, from)
  return file(request, url, from)
}

/** Every page of the app is index.html; the router in it does the rest. */
async function page(request: Request, from: Caches): Promise<Response> {
  return (await from.shell('/index.html')) ?? fetch(request)
}

async function file(request: Request, url: URL, from: Caches): Promise<Response> {
  return (await from.shell(url.pathname)) ?? (await from.before(request)) ?? fetch(request)
}
