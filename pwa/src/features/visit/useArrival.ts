/** Noting the arrival: one op, or two when someone of the centre is named. And whether this phone's clock can be believed. */
import { computed, ref } from 'vue'
import { setOp } from '../../core/oplog'
import type { Json } from '../../core/canonical'
import { askPosition, metresBetween, type NoPosition, type Position } from '../../device/position'
import { lastSync } from '../../store/pending'
import { t } from '../../i18n'
import { useLive } from '../shared/live'
import { mine } from '../shared/session'
import { useDraft } from '../shared/useDraft'
import type { Visit } from '../shared/visit'

const MINUTE = 60_000
/** From here on a wrong clock is worth a word (DESIGN §5). */
const SKEW_SHOWN = 5 * MINUTE

export function useArrival(visit: Visit) {
  const position = ref<Position | NoPosition | null>(null)
  const locating = ref(false)
  const { words: present, keep: keepPresent, said } = useDraft(`present/${visit.id}`)
  const beginning = ref(false)
  const now = ref(Date.now())
  const synced = useLive(['meta'], () => lastSync(mine())).value
  const site = computed(() => visit.meta.value?.site)

  async function locate() {
    locating.value = true
    position.value = await askPosition(12_000)
    locating.value = false
  }

  async function begin() {
    beginning.value = true
    const where = typeof position.value === 'string' ? null : position.value
    const who = present.value.trim()
    try {
      await visit.act((state, ctx) => [
        setOp(state, ctx, 'visit/arrived', { at: ctx.now(), position: where && { ...where } } as unknown as Json),
        ...(who ? [setOp(state, ctx, 'visit/present', who)] : []),
      ])
      void said()
    } finally {
      beginning.value = false
    }
  }

  return {
    position, locating, locate, present, keepPresent, begin, beginning, now,
    /** in words; '' where the hall's own position is not known */
    distance: computed(() => {
      const { lat, lon } = site.value ?? {}
      if (!position.value || typeof position.value === 'string' || !lat || !lon) return ''
      const metres = metresBetween(position.value, { lat, lon })
      return t('arrival.distance', { far: metres < 1000 ? `${metres} m` : `${(metres / 1000).toFixed(1)} km` })
    }),
    /** what is wrong with the clock, as far as this phone can know; '' when nothing is */
    clockFault: computed(() => {
      if (!synced.value) return ''
      const { at, skew_ms } = synced.value
      if (now.value < at - SKEW_SHOWN) return t('arrival.clock_back')
      return Math.abs(skew_ms) > SKEW_SHOWN ? t('today.skew', { n: Math.round(Math.abs(skew_ms) / MINUTE) }) : ''
    }),
  }
}
