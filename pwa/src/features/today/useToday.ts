/** Today's assignments, and the proof that each can be done without a network. */
import { computed, ref } from 'vue'
import { begunVisits } from '../../store/begun'
import type { InspectionMeta } from '../../store/inspections'
import { listInspections, proofOf } from '../../store/inspections'
import { readState } from '../../store/documents'
import { lastSync } from '../../store/pending'
import { api, ApiProblem } from '../../sync/api'
import { metaValue } from '../../store/db'
import type { Proof } from '../../sync/prepare'
import { heads, inspectionState, value } from '../../core/oplog'
import { t } from '../../i18n'
import { tell } from '../../ui/toasts'
import { useLive } from '../shared/live'
import { wordsFor } from '../shared/problems'
import { mine, sendNow } from '../shared/session'

const ORDER = ['returned', 'in_progress', 'assigned', 'submitted', 'approved', 'published']

export interface Assignment extends InspectionMeta {
  /** begun on this phone or by the partner: from then on the site may be named */
  arrived: boolean
  comment: string
  /** what was last proved of it, and whether that still holds: its checklist may have been replaced or cleared since */
  proof: Proof | undefined
  prepared: boolean
}

export function useToday() {
  const db = mine()
  const list = useLive(['inspections', 'ops', 'outbox', 'checklists'], async () => {
    const [all, sheets] = await Promise.all([listInspections(db), db.checklists.keys().then((keys) => new Set(keys as string[]))])
    return Promise.all(all.map(async (meta): Promise<Assignment> => {
      const [{ state }, proof] = await Promise.all([readState(db, meta.id), metaValue<Proof>(db, proofOf(meta.id))])
      const known = inspectionState(state)
      const returned = value(state, 'review/return') as { comment?: string } | null
      return { ...meta, state: known === 'assigned' || meta.state === 'published' ? meta.state : known, arrived: heads(state, 'visit/arrived').length > 0, comment: returned?.comment ?? '', proof, prepared: Boolean(meta.prepared_at) && sheets.has(meta.checklist.digest) }
    }))
  })
  const synced = useLive(['meta'], () => lastSync(db))
  const preparing = ref<string | null>(null)
  const refreshing = ref(false)
  const departing = ref(false)
  const begun = useLive(['meta'], () => begunVisits(db)).value

  async function makeReady(id: string) {
    preparing.value = id
    try {
      const { prepare } = await import('../../sync')
      await prepare(db, id)
      list.again()
    } catch (fault) {
      tell(wordsFor(fault), undefined, 'wrong')
    } finally {
      preparing.value = null
    }
  }

  async function refresh() {
    refreshing.value = true
    const report = await sendNow().catch(() => undefined)
    refreshing.value = false
    if (report && report.outcome !== 'done' && report.outcome !== 'elsewhere') tell(t('today.not_reached'))
  }

  /** The drawn visits of today that wait for their inspectors to set out open for the whole team. */
  async function depart() {
    departing.value = true
    try {
      const { opened } = await api<{ opened: number }>('/departure', { method: 'POST', body: {} })
      tell(opened ? t('today.departed', { n: opened }) : t('today.depart_none'))
      if (opened) await sendNow()
    } catch (fault) {
      tell(fault instanceof ApiProblem && fault.family !== 'busy' ? wordsFor(fault) : t('today.not_reached'), undefined, 'wrong')
    } finally {
      departing.value = false
    }
  }

  const assignments = computed(() => [...(list.value.value ?? [])].sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state)))
  return { assignments, ready: list.ready, error: list.error, again: list.again, synced: synced.value, preparing, makeReady, refreshing, refresh, begun, departing, depart }
}
