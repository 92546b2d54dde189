/** What the sheet shows of the visit: cells, filters with their counts, sections, and the next open row. */
import { computed, ref } from 'vue'
import { heads, inspectionState, value } from '../../core/oplog'
import { ago, say, t } from '../../i18n'
import { disputedRows, nextOpen, passes, sections, type Filter, type Share } from '../shared/rows'
import { user } from '../shared/session'
import type { Visit } from '../shared/visit'
import type { Cell } from '../../ui/SheetStrip.vue'
import { presence, shares } from './presence'

/** Kept while the app is open: coming back to the sheet finds it as it was left. */
const filter = ref<Filter>('all')

export function useSheet(visit: Visit) {
  const { view, order } = visit
  const whose = computed(() => shares(visit.checklist.value!, visit.state.value))
  const divided = computed(() => [...whose.value.values()].some(Boolean))
  const shareOf = (indicator: string): Share => { const one = whose.value.get(indicator); return one ? (one === user.value?.id ? 'mine' : 'partner') : null }
  const lineOf = (indicator: string) => visit.lines.value.get(indicator)
  const disputed = computed(() => disputedRows(visit.state.value, visit.conflicts.value))
  const cells = computed(() => visit.indicators.value.map((row): Cell => ({ id: row.id, title: say(row.title), state: disputed.value.has(row.id) ? 'conflict' : (lineOf(row.id)?.state ?? 'open') })))
  const passing = (id: Filter, row: { id: string }) => passes(id, lineOf(row.id), disputed.value, row.id, shareOf(row.id))
  const filters = computed(() => (['all', 'open', 'lost', 'photo', 'conflict', 'mine', 'partner'] as const)
    .filter((id) => divided.value || (id !== 'mine' && id !== 'partner'))
    .map((id) => ({ id, count: visit.indicators.value.filter((row) => passing(id, row)).length })))
  const shownSections = computed(() => sections(visit.checklist.value!, view.value, (row) => passing(filter.value, row), visit.result.value))
  /** The partner's rows and their last word, as this phone has heard. */
  const partner = computed(() => {
    const done = presence(visit.state.value)
    return (visit.meta.value?.team ?? []).filter((one) => one.id !== user.value?.id).map((one) => {
      const found = done.get(one.id)
      return found ? t('split.did', { name: one.name, n: found.rows, when: ago(found.at) }) : t('today.with', { names: one.name })
    }).join(' · ')
  })
  const returned = computed(() => {
    if (inspectionState(visit.state.value) !== 'returned') return ''
    const found = value(visit.state.value, 'review/return') as { comment?: string } | null
    return found?.comment || t('visit.returned_silent')
  })
  /** Who comes later, or was forgotten at the arrival. While two phones differ, the settle screen decides. */
  const present = computed(() => {
    const said = heads(visit.state.value, 'visit/present')
    const disputed = visit.conflicts.value.some(({ target }) => target === 'visit/present')
    return {
      names: String(said[0]?.value ?? ''), heads: said.map(({ op }) => op), fixed: visit.closed.value || disputed,
      say: (names: string, seen: string[]) => visit.put('visit/present', names.trim(), seen),
    }
  })
  const resubmit = computed(() => (heads(visit.state.value, 'review/approval').length ? undefined : () => visit.put('visit/submitted', null)))

  return {
    cells, filter, filters, view, shownSections, lineOf, returned, resubmit, partner, present,
    asks: computed(() => visit.conflicts.value.length),
    /** one's own rows first, where the work is divided */
    next: computed(() => (visit.closed.value ? undefined
      : nextOpen(order.value.filter((row) => shareOf(row.id) !== 'partner'), visit.result.value) ?? nextOpen(order.value, visit.result.value))),
  }
}
