/** How this person is reached: push on this phone and why it cannot, what works now, quiet hours, other channels, the calendar. */
import { computed, ref, shallowRef } from 'vue'
import type { Words } from '../../core/problems'
import { api } from '../../sync/api'
import { r } from '../../i18n/rectify'
import { tell } from '../../ui/toasts'
import { wordsFor } from '../shared/problems'
import { pushHere, subscribe, unsubscribe, type PushHere } from './push'

export interface Channels {
  push: { key: string; ready: boolean }
  settings: { zone: string; quiet_from: string; quiet_to: string; rest_days: boolean }
  subscriptions: { id: string; host: string; made_at: string; device: string; problem: string | null; current_key: boolean; mark: string }[]
  channels: { id: string; kind: string; name: string; masked: string; on: boolean; unit: string | null; problem: string | null; last_ok_at: string | null }[]
  feed: { made_at: string } | null
  kinds: { kind: string; zh: string; en: string; form: string }[]
}
export interface Tested { channel: string; id: string | null; works: boolean; message: Words; host: string | null }

export function useReminders() {
  const found = shallowRef<Channels>()
  const problem = ref('')
  const busy = ref('')
  const tested = shallowRef<Tested[]>([])
  const here = shallowRef<PushHere>()
  const address = ref('')
  /** This phone in the server's list; it may be on that of whoever was signed in here before, or dropped. */
  const own = computed(() => found.value?.subscriptions.find((one) => here.value?.state === 'on' && one.mark === here.value.mark))

  async function again() {
    problem.value = ''
    here.value = await pushHere()
    try {
      found.value = await api<Channels>('/channels')
      if (own.value && !own.value.current_key) await renew()
    } catch (fault) {
      problem.value = wordsFor(fault)
    }
  }
  void again()

  /** Whether it was done; if not, why not was said. */
  async function doing(what: string, work: () => Promise<unknown>, done = ''): Promise<boolean> {
    busy.value = what
    try {
      await work()
      if (done) tell(done)
      await again()
      return true
    } catch (fault) {
      tell(wordsFor(fault), undefined, 'wrong')
      await again()
      return false
    } finally {
      busy.value = ''
    }
  }

  async function subscribeHere() {
    const made = await subscribe(found.value!.push.key)
    if (made) await api('/push/subscriptions', { method: 'POST', body: { ...made.toJSON(), device: deviceName() } })
  }
  /** The server has a newer key: the phone's address goes, and another one comes. */
  async function renew() {
    const before = own.value!.id
    await subscribeHere()
    await api(`/push/subscriptions/${before}`, { method: 'DELETE' }).catch(() => undefined)
    here.value = await pushHere()
    found.value = await api<Channels>('/channels')
  }
  const ring = () => doing('push', subscribeHere)
  const hush = () => doing('push', async () => {
    const id = own.value?.id
    await unsubscribe()
    if (id) await api(`/push/subscriptions/${id}`, { method: 'DELETE' })
  })
  return {
    found, problem, busy, tested, here, address, again, ring, hush,
    forget: (id: string) => doing('push', () => api(`/push/subscriptions/${id}`, { method: 'DELETE' })),
    test: () => doing('test', async () => { tested.value = (await api<{ tested: Tested[] }>('/channels/test', { method: 'POST', body: {}, timeout_ms: 60_000 })).tested }),
    keepHours: (settings: Channels['settings']) => doing('hours', () => api('/channels/settings', { method: 'PUT', body: settings }), r('toast.done')),
    add: (name: string, url: string) => doing('channel', () => api('/channels', { method: 'POST', body: { name, url } }), r('toast.done')),
    turn: (id: string, on: boolean) => doing('channel', () => api(`/channels/${id}`, { method: 'PUT', body: { on } })),
    remove: (id: string) => doing('channel', () => api(`/channels/${id}`, { method: 'DELETE' })),
    makeFeed: () => doing('feed', async () => { address.value = new URL((await api<{ url: string }>('/calendar', { method: 'POST' })).url, location.origin).href }),
    endFeed: () => doing('feed', async () => { await api('/calendar', { method: 'DELETE' }); address.value = '' }),
    own,
  }
}

/** What the phone is, as a person would say it; no model, no number. */
export function deviceName(agent: string = navigator.userAgent): string {
  const kind = /iPhone/.test(agent) ? 'iPhone' : /iPad/.test(agent) ? 'iPad' : /Android/.test(agent) ? 'Android' : /Mac/.test(agent) ? 'Mac' : /Windows/.test(agent) ? 'Windows' : 'Linux'
  return `${kind} · ${/Edg\//.test(agent) ? 'Edge' : /Firefox/.test(agent) ? 'Firefox' : /Chrom/.test(agent) ? 'Chrome' : 'Safari'}`
}
