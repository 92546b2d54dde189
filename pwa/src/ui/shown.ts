/**
 * What a control shows between the touch and the durable write: the touch. If the truth has not followed soon after,
 * the control shows the truth again.
 */
import { onScopeDispose, shallowRef, watch, type ShallowRef } from 'vue'

export function useShown<T>(truth: () => T): { shown: Readonly<ShallowRef<T>>; touch: (value: T) => void } {
  const shown = shallowRef(truth()) as ShallowRef<T>
  let waiting: ReturnType<typeof setTimeout> | undefined
  const settle = () => { waiting = undefined; shown.value = truth() }
  watch(truth, (now) => { if (!waiting) shown.value = now })
  onScopeDispose(() => clearTimeout(waiting))
  return {
    shown,
    touch(value) {
      shown.value = value
      clearTimeout(waiting)
      waiting = setTimeout(settle, 700)
    },
  }
}
