/**
 * The service worker: keeps the app, opens it without network, and goes on sending when no page is open.
 *
 * A new version waits until a person says so (or all pages are closed): what somebody is typing is never pulled away.
 * Files of the version before stay until the next one comes, so that a page of the old build can still load its parts.
 */

import { cleanupOutdatedCaches, type PrecacheEntry } from 'workbox-precaching'
import { openDb } from '../store/db'
import { currentUser } from '../store/shared'
import { syncOnce } from '../sync/engine'
import { httpTransport } from '../sync/transport'
import { ASK_SHELL } from '../sync/shell'
import * as upload from '../sync/upload'
import { ask, API } from '../sync/http'
import { linkIn, notification } from './push'
import { answer } from './serve'
import { Shell } from './shell'

declare const self: ServiceWorkerGlobalScope & { __WB_MANIFEST: PrecacheEntry[] }

const shell = new Shell(self.__WB_MANIFEST)
const BEFORE = 'mingcha-before'
const BACKGROUND_TAG = 'mingcha-sync'

cleanupOutdatedCaches()

self.addEventListener('install', (event) => event.waitUntil(Promise.all([shell.install(event), keepWhatWasBefore()])))
self.addEventListener('activate', (event) => event.waitUntil(Promise.all([shell.activate(event), self.clients.claim()])))

self.addEventListener('fetch', (event) => {
  const response = answer(event.request, new URL(self.location.href), { shell: (url) => shell.match(url), before })
  if (response) event.respondWith(response)
})

self.addEventListener('message', (event) => {
  const asked = event.data as { type?: string } | null
  if (asked?.type === 'SKIP_WAITING') void self.skipWaiting()
  if (asked?.type === ASK_SHELL) event.waitUntil(shell.isWhole().then((whole) => event.ports[0]?.postMessage(whole)))
})

self.addEventListener('sync', (event) => {
  const wake = event as ExtendableEvent & { tag: string }
  if (wake.tag === BACKGROUND_TAG) wake.waitUntil(drain())
})

self.addEventListener('push', (event) => {
  const { title, options } = notification(textOf(event.data), self.navigator.language)
  event.waitUntil(Promise.all([self.registration.showNotification(title, options), drain().catch(() => undefined)]))
})

self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  event.waitUntil(lead(linkIn((event.notification.data as { link?: unknown } | null)?.link)))
})

self.addEventListener('pushsubscriptionchange', (event) => {
  (event as ExtendableEvent).waitUntil(subscribeAgain((event as unknown as { newSubscription?: PushSubscription | null }).newSubscription))
})

function textOf(data: PushMessageData | null): string | undefined {
  try {
    return data?.text()
  } catch {
    return undefined
  }
}

/** An open page goes there without losing what is typed on it; else the app is opened. */
async function lead(link: string): Promise<void> {
  const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true })
  const page = pages.find((one) => one.visibilityState === 'visible') ?? pages[0]
  if (!page) return void (await self.clients.openWindow(link))
  page.postMessage({ type: 'OPEN', link })
  await page.focus().catch(() => undefined)
}

/** The browser gave this phone another address: the server must know it, or nothing rings any more. */
async function subscribeAgain(given: PushSubscription | null | undefined): Promise<void> {
  if (!(await currentUser())) return
  const { key } = (await ask(`${API}/push/key`)) as { key: string }
  const fresh = given ?? (await self.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key }))
  await ask(`${API}/push/subscriptions`, { method: 'POST', body: fresh.toJSON() })
}

/** Sends for whoever is signed in. Fails while something is left for the network's sake, so that the browser wakes it again. */
async function drain(): Promise<void> {
  const user = await currentUser()
  if (!user) return
  const report = await syncOnce(openDb(user.id), httpTransport(() => Promise.resolve(upload)))
  if (report.left && ['offline', 'busy', 'elsewhere'].includes(report.outcome)) throw new Error(report.outcome)
}

function before(request: Request): Promise<Response | undefined> {
  return caches.match(request, { cacheName: BEFORE })
}

/** Copies the hashed files of the version that runs now, and that the new one has no more. */
async function keepWhatWasBefore(): Promise<void> {
  const coming = shell.paths
  const names = (await caches.keys()).filter((name) => name.startsWith('workbox-precache'))
  const kept = new Map<string, Response>()
  for (const name of names) {
    const cache = await caches.open(name)
    for (const request of await cache.keys()) {
      const url = new URL(request.url)
      const wanted = url.pathname.startsWith('/assets/') && !coming.has(url.pathname)
      const response = wanted ? await cache.match(request) : undefined
      if (response) kept.set(url.origin + url.pathname, response)
    }
  }
  if (!kept.size) return
  await caches.delete(BEFORE)
  const cache = await caches.open(BEFORE)
  await Promise.all([...kept].map(([url, response]) => cache.put(url, response)))
}
