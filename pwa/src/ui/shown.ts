/**
 * What a control shows between the touch and the durable write: the touch. If the truth has not followed soon after,
 * the control shows the truth again.
 */
import { onBeforeUnmount, onScopeDispose, shallowRef, watch, type ShallowRef } from 'vue'

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

/**
 * Does what a touch means once the touch is painted; at once when the control leaves, so that nothing touched is lost.
 * A frame that never comes (hidden page) does not hold it back.
 */
export function useAfterPaint(): (work: () => void) => void {
  const waiting: (() => void)[] = []
  const flush = () => { for (const work of waiting.splice(0)) work() }
  onBeforeUnmount(flush)
  return (work) => {
    waiting.push(work)
    requestAnimationFrame(() => setTimeout(flush))
    setTimeout(flush, 60)
  }
}
