/** Web Push on this phone: whether it can, why not, switching it on and off. Knows no server. */

import { hostApp } from '../shared/host-app'

/** `apple`: an iPhone lets only installed apps ring. `denied`: the person said no to the browser. */
export type PushHere = { state: 'on'; mark: string } | { state: 'off' } | { state: 'cannot'; why: 'apple' | 'app' | 'none' | 'denied' | 'worker' }

export async function pushHere(): Promise<PushHere> {
  const can = reason(navigator.userAgent, matchMedia('(display-mode: standalone)').matches, {
    touch: navigator.maxTouchPoints > 1, push: 'PushManager' in window, notify: 'Notification' in window, worker: 'serviceWorker' in navigator,
  })
  if (can) return { state: 'cannot', why: can }
  if (Notification.permission === 'denied') return { state: 'cannot', why: 'denied' }
  const registration = await navigator.serviceWorker.getRegistration()
  if (!registration) return { state: 'cannot', why: 'worker' }
  const subscription = await registration.pushManager.getSubscription().catch(() => null)
  return subscription ? { state: 'on', mark: await markOf(subscription.endpoint) } : { state: 'off' }
}

/** By what the server's list of phones names this one: the beginning of its address's SHA-256. */
async function markOf(endpoint: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(endpoint)))
  return [...digest.slice(0, 8)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Pure: why this browser cannot ring at all. An iPad calls itself a Mac, but is touched. */
export function reason(agent: string, installed: boolean, has: { touch: boolean; push: boolean; notify: boolean; worker: boolean }): 'apple' | 'app' | 'none' | undefined {
  if (hostApp(agent)) return 'app'
  const apple = /iPhone|iPad/.test(agent) || (has.touch && /Macintosh/.test(agent))
  if (apple && !installed) return 'apple'
  return has.push && has.notify && has.worker ? undefined : 'none'
}

/** Null where the person says no. Throws where the browser's push service cannot be reached. */
export async function subscribe(key: string): Promise<PushSubscription | null> {
  if ((await Notification.requestPermission()) !== 'granted') return null
  const { pushManager } = await navigator.serviceWorker.ready
  const before = await pushManager.getSubscription()
  const wanted = bytesOf(key)
  if (before && !same(before.options.applicationServerKey, wanted)) await before.unsubscribe()
  return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: wanted })
}

/** What there was; null if there was none. */
export async function unsubscribe(): Promise<PushSubscription | null> {
  const registration = await navigator.serviceWorker.getRegistration()
  const before = (await registration?.pushManager.getSubscription()) ?? null
  await before?.unsubscribe()
  return before
}

function bytesOf(key: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(key.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0))
}

function same(a: ArrayBuffer | null, b: Uint8Array): boolean {
  const bytes = new Uint8Array(a ?? new ArrayBuffer(0))
  return bytes.length === b.length && bytes.every((byte, i) => byte === b[i])
}
