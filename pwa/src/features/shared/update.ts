/** A new build waits: taken when the person says so, never in the middle of something. */
import { shallowRef } from 'vue'

export const update = shallowRef<(() => void) | null>(null)

export function offerUpdate(apply: () => void): void {
  update.value = apply
}
