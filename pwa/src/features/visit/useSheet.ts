/** What the sheet shows of the visit: cells, filters with their counts, sections, and the next open row. */
import { computed, ref } from 'vue'
import { heads, inspectionState, value } from '../../core/oplog'
import { lastSync } from '../../store/pending'
import { say, t } from '../../i18n'
import { useLive } from '../shared/live'
import { disputedRows, nextOpen, passes, sections, type Filter, type View } from '../shared/rows'
import { mine } from '../shared/session'
import type { Visit } from '../shared/visit'
import type { Cell } from '../../ui/SheetStrip.vue'

/** Kept while the app is open: coming back to the sheet finds it as it was left. */
const filter = ref<Filter>('all')
const view = ref<View>('source')

export function useSheet(visit: Visit) {
  const synced = useLive(['meta'], () => lastSync(mine()))
  const lineOf = (indicator: string) => visit.lines.value.get(indicator)
  const disputed = computed(() => disputedRows(visit.state.value, visit.conflicts.value))
  const cells = computed(() => visit.indicators.value.map((row): Cell => ({ id: row.id, title: say(row.title), state: disputed.value.has(row.id) ? 'conflict' : (lineOf(row.id)?.state ?? 'open') })))
  const filters = computed(() => (['all', 'open', 'lost', 'photo', 'conflict'] as const).map((id) => ({
    id, count: visit.indicators.value.filter((row) => passes(id, lineOf(row.id), disputed.value, row.id)).length,
  })))
  const shownSections = computed(() => sections(visit.checklist.value!, view.value, (row) => passes(filter.value, lineOf(row.id), disputed.value, row.id), visit.result.value))
  const returned = computed(() => {
    if (inspectionState(visit.state.value) !== 'returned') return ''
    const found = value(visit.state.value, 'review/return') as { comment?: string } | null
    return found?.comment || t('visit.returned_silent')
  })
  const resubmit = computed(() => (heads(visit.state.value, 'review/approval').length ? undefined : () => visit.put('visit/submitted', null)))

  return {
    cells, filter, filters, view, shownSections, lineOf, returned, resubmit, synced: synced.value,
    asks: computed(() => visit.conflicts.value.length),
    next: computed(() => (visit.closed.value ? undefined : nextOpen(visit.indicators.value, visit.result.value))),
  }
}
