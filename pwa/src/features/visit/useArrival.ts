/** Noting the arrival: one op, or two when someone of the centre is named. */
import { ref } from 'vue'
import { setOp } from '../../core/oplog'
import type { Json } from '../../core/canonical'
import { onePosition, type Position } from '../../device/position'
import type { Visit } from '../shared/visit'

export function useArrival(visit: Visit) {
  const position = ref<Position | 'none' | null>(null)
  const locating = ref(false)
  const present = ref('')
  const beginning = ref(false)

  async function locate() {
    locating.value = true
    position.value = (await onePosition(12_000).catch(() => null)) ?? 'none'
    locating.value = false
  }

  async function begin() {
    beginning.value = true
    const where = position.value === 'none' ? null : position.value
    const who = present.value.trim()
    try {
      await visit.act((state, ctx) => [
        setOp(state, ctx, 'visit/arrived', { at: ctx.now(), position: where && { ...where } } as unknown as Json),
        ...(who ? [setOp(state, ctx, 'visit/present', who)] : []),
      ])
    } finally {
      beginning.value = false
    }
  }
  return { position, locating, locate, present, begin, beginning }
}
