/** The page's side of the service worker: registers it once the first screen stands, and tells of a waiting version. */

/**
 * `onUpdate` gets `apply`, which switches to the new version and reloads; call it when a person agrees and nothing is half
 * typed. Resolves with undefined where there are no service workers (plain http, some apps' web views).
 */
export async function registerWorker(onUpdate: (apply: () => void) => void): Promise<ServiceWorkerRegistration | undefined> {
  if (!('serviceWorker' in navigator)) return undefined
  await loaded()
  let registration: ServiceWorkerRegistration
  try {
    registration = await navigator.serviceWorker.register('/sw.js', { scope: '/', updateViaCache: 'none' })
  } catch {
    // Private windows and full disks refuse: the app goes on without, and `prepare` says so.
    return undefined
  }
  const offer = (waiting: ServiceWorker | null): void => {
    if (waiting && navigator.serviceWorker.controller) onUpdate(() => switchTo(waiting))
  }
  offer(registration.waiting)
  registration.addEventListener('updatefound', () => {
    const coming = registration.installing
    coming?.addEventListener('statechange', () => coming.state === 'installed' && offer(registration.waiting))
  })
  lookForUpdates(registration)
  return registration
}

/** `go` where a touched notification leads, from the first moment on. */
export function followTouches(go: (link: string) => void): void {
  if ('serviceWorker' in navigator) navigator.serviceWorker.addEventListener('message', ({ data }) => { if (data?.type === 'OPEN') go(data.link) })
}

function switchTo(waiting: ServiceWorker): void {
  navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true })
  waiting.postMessage({ type: 'SKIP_WAITING' })
}

/** A phone that never closes the app looks for a new version when it comes back to it, at most hourly. */
function lookForUpdates(registration: ServiceWorkerRegistration): void {
  let looked_at = Date.now()
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState !== 'visible' || Date.now() - looked_at < 3_600_000) return
    looked_at = Date.now()
    registration.update().catch(() => undefined)
  })
}

/** The first screen's files go first. */
function loaded(): Promise<void> {
  if (document.readyState === 'complete') return Promise.resolve()
  return new Promise((resolve) => window.addEventListener('load', () => resolve(), { once: true }))
}
