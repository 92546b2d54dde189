/** A query over this phone's store that stays current: Dexie's liveQuery as a Vue ref, with its failure said aloud. */
import { liveQuery } from 'dexie'
import { onScopeDispose, ref, shallowRef, type Ref, type ShallowRef } from 'vue'

export interface Live<T> {
  value: ShallowRef<T | undefined>
  /** true once the first answer (or failure) is here */
  ready: Ref<boolean>
  error: ShallowRef<unknown>
  again: () => void
}

export function useLive<T>(query: () => Promise<T>): Live<T> {
  const value = shallowRef<T>()
  const ready = ref(false)
  const error = shallowRef<unknown>()
  let stop = () => {}
  function again() {
    stop()
    error.value = undefined
    const subscription = liveQuery(query).subscribe({
      next(answer) {
        value.value = answer
        ready.value = true
      },
      error(fault: unknown) {
        error.value = fault
        ready.value = true
      },
    })
    stop = () => subscription.unsubscribe()
  }
  again()
  onScopeDispose(() => stop())
  return { value, ready, error, again }
}
