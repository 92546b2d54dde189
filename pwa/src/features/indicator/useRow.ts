/**
 * What a person does on one row. Each touch is one write: a fault and the verdict that follows from it go together.
 * Where phones disagree on a value, this leaves it alone; the settle screen decides.
 */
import { computed, ref, type ComputedRef } from 'vue'
import type { Clause } from '../../core/checklist'
import { addOp, caseId, heads, itemId, removeOp, setOp, tallyId, value, type Op, type State } from '../../core/oplog'
import type { Json } from '../../core/canonical'
import type { Pen } from '../../store/documents'
import { t } from '../../i18n'
import { findingsOf, indicatorOf, nextOpen, photosOf, type Finding } from '../shared/rows'
import type { Visit } from '../shared/visit'

export type Verdict = 'met' | 'not_met' | 'not_applicable'

export function useRow(visit: Visit, id: ComputedRef<string>) {
  const rows = visit.indicators
  const at = computed(() => rows.value.findIndex((row) => row.id === id.value))
  const target = (rest: string) => `answer/${id.value}/${rest}`
  const text = (rest: string) => { const found = value(visit.state.value, target(rest)); return typeof found === 'string' ? found : '' }
  const findings = computed(() => findingsOf(visit.state.value, id.value))
  const touched = ref<string | null>(null)

  /** One fault more or fewer under a clause; `sampled` names the drawn case. */
  function step(clause: Clause, by: 1 | -1, sampled: number | null = null) {
    return visit.act((state, pen) => {
      const mine = findingsOf(state, id.value).filter((one) => one.clause === clause.id && one.case === sampled)
      const found = mine[0]
      if (by > 0) return found ? countTo(state, pen, found, found.count + 1) : faultOps(state, pen, { clause: clause.id, item: null, case: sampled }, sampled === null ? tallyId(id.value, clause.id) : caseId(id.value, clause.id, sampled))
      if (!found) return []
      return found.count > 1 ? countTo(state, pen, found, found.count - 1) : goneOps(state, pen, found)
    })
  }

  /** A fault that is there or is not: a missing item, or the clause itself. */
  function toggle(clause: Clause, item: string | null = null) {
    return visit.act((state, pen) => {
      const found = findingsOf(state, id.value).find((one) => one.clause === clause.id && one.item === item)
      return found ? goneOps(state, pen, found) : faultOps(state, pen, { clause: clause.id, item, case: null }, item ? itemId(id.value, clause.id, item) : tallyId(id.value, clause.id))
    })
  }

  /** A fault in words, for sheets without deduction clauses. */
  function addFault(words: string) {
    return visit.act((state, pen) => {
      const element = pen.uuid7()
      return [...faultOps(state, pen, { clause: null, item: null, case: null }, element), setOp(state, pen, `finding/${element}/note`, words)]
    })
  }

  function removeFault(found: Finding) {
    return visit.act((state, pen) => goneOps(state, pen, found), t('toast.finding_removed'))
  }

  function faultOps(state: State, pen: Pen, told: { clause: string | null; item: string | null; case: number | null }, element: string): Op[] {
    touched.value = element
    const fault = addOp(pen, `finding/${element}`, { indicator: id.value, ...told }, state)
    return [fault, ...verdictOps(state, pen, 'not_met')]
  }

  function countTo(state: State, pen: Pen, found: Finding, count: number): Op[] {
    touched.value = found.id
    return [setOp(state, pen, `${found.target}/count`, count), ...verdictOps(state, pen, 'not_met')]
  }

  function goneOps(state: State, pen: Pen, found: Finding): Op[] {
    const others = findingsOf(state, id.value).filter((one) => one.target !== found.target)
    if (touched.value === found.id) touched.value = null
    return [removeOp(state, pen, found.target), ...(others.length ? [] : verdictOps(state, pen, null))]
  }

  /** The file number of a drawn case. One id for each case, so that two phones meet in it; a new label takes the old one's place. */
  function label(number: number, words: string) {
    const place = `sample/${id.value}:${number}`
    return visit.act((state, pen) => {
      const standing = state.elements[place]
      const gone = standing?.live ? [removeOp(state, pen, place)] : []
      if (!words.trim()) return gone
      const answered = [...(standing?.removes ?? []), ...gone.map((op) => op.id)]
      const seen = standing ? { ...state, elements: { ...state.elements, [place]: { ...standing, removes: answered } } } : state
      return [...gone, addOp(pen, place, { indicator: id.value, case: number, label: words.trim() }, seen)]
    })
  }
  function sampled(number: number): string {
    const found = visit.state.value.elements[`sample/${id.value}:${number}`]
    return found?.live ? String((found.value as { label?: string } | null)?.label ?? '') : ''
  }

  /** The verdict that follows from the faults; an open disagreement is not decided by the way. */
  function verdictOps(state: State, pen: Pen, next: Verdict | null): Op[] {
    const now = heads(state, target('verdict'))
    if (now.length > 1 || (now[0]?.value ?? null) === next || (next === null && now[0]?.value !== 'not_met')) return []
    return [setOp(state, pen, target('verdict'), next)]
  }

  return {
    row: computed(() => rows.value[at.value]),
    line: computed(() => visit.lines.value.get(id.value)),
    previous: computed(() => rows.value[at.value - 1]),
    following: computed(() => rows.value[at.value + 1]),
    nextOpen: computed(() => nextOpen(rows.value, visit.result.value, id.value)),
    findings, touched, step, toggle, addFault, removeFault, label, sampled,
    photos: computed(() => photosOf(visit.state.value, id.value)),
    verdict: computed(() => value(visit.state.value, target('verdict')) as Verdict | null),
    note: computed(() => text('note')),
    disputes: computed(() => visit.conflicts.value.filter((one) => indicatorOf(visit.state.value, one.target) === id.value)),
    contradictions: computed(() => visit.contradictions.value.filter((one) => one.about.some((about) => indicatorOf(visit.state.value, about) === id.value))),
    measure: (measure: string) => text(`measure/${measure}`),
    award: (clause: string) => text(`award/${clause}`),
    requirement: (requirement: string) => value(visit.state.value, target(`requirement/${requirement}`)) as Verdict | null,
    disputed: (rest: string) => visit.conflicts.value.some((one) => one.target === target(rest)),
    put: (rest: string, next: Json) => visit.put(target(rest), next),
    problem: (part: string) => visit.result.value?.problems.find((one) => one.indicator === id.value && one.measure === part)?.code,
  }
}

export type Row = ReturnType<typeof useRow>
