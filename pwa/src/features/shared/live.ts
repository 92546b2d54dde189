/** A query over this phone's store that stays current, as a Vue ref, with its failure said aloud. */
import { onScopeDispose, ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import { onChange } from '../../store/changes'

export interface Live<T> {
  value: ShallowRef<T | undefined>
  /** true once the first answer (or failure) is here */
  ready: Ref<boolean>
  error: ShallowRef<unknown>
  again: () => void
}

/** `tables`: those that the query reads; it is asked again when one of them changes, here, in another tab or in the worker. */
export function useLive<T>(tables: string[], query: () => Promise<T>): Live<T> {
  const value = shallowRef<T>()
  const ready = ref(false)
  const error = shallowRef<unknown>()
  let asking = false
  let stale = false
  let over = false

  async function again() {
    stale = true
    if (asking) return
    asking = true
    while (stale && !over) {
      stale = false
      try {
        const answer = await query()
        if (over) break
        value.value = answer
        error.value = undefined
      } catch (fault) {
        error.value = fault
      }
      ready.value = true
    }
    asking = false
  }

  const deaf = onChange((_database, changed) => { if (changed.some((table) => tables.includes(table))) void again() })
  /** What another tab wrote where there is no channel, or while this page was frozen. */
  const seen = () => { if (document.visibilityState === 'visible') void again() }
  document.addEventListener('visibilitychange', seen)
  onScopeDispose(() => {
    over = true
    deaf()
    document.removeEventListener('visibilitychange', seen)
  })
  void again()
  return { value, ready, error, again: () => void again() }
}
