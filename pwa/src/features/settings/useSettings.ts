/** What the phone holds, and leaving without losing any of it. */
import { computed, ref, shallowRef } from 'vue'
import { counts } from '../../store/pending'
import { useLive } from '../shared/live'
import { mine, signOut } from '../shared/session'

export function useSettings() {
  const { value: waiting } = useLive(['outbox', 'photos'], () => counts(mine()))
  const room = shallowRef<{ used: number; free: number; persisted: boolean }>()
  const leaving = ref(false)

  async function measure() {
    const storage = navigator.storage as StorageManager | undefined
    if (!storage?.estimate) return
    const { usage = 0, quota = 0 } = await storage.estimate()
    room.value = { used: usage, free: Math.max(0, quota - usage), persisted: (await storage.persisted?.()) ?? false }
  }
  async function keepForGood() {
    await navigator.storage?.persist?.()
    await measure()
  }
  async function leave() {
    leaving.value = true
    await import('../reminders/leave').then(({ hushHere }) => hushHere()).catch(() => undefined) // signed out in any case
    await signOut().finally(() => { leaving.value = false })
  }
  void measure()
  return { room, leaving, leave, keepForGood, unsent: computed(() => (waiting.value?.ops_waiting ?? 0) + (waiting.value?.photos_waiting ?? 0) + (waiting.value?.held ?? 0)) }
}
