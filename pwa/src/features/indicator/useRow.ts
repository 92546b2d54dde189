/**
 * What a person does on one row. Each touch is one write: a fault and the verdict that follows from it go together.
 * Where phones disagree on a value, this leaves it alone; the settle screen decides.
 */
import { computed, ref, type ComputedRef } from 'vue'
import type { Clause } from '../../core/checklist'
import { addOp, caseId, heads, itemId, removeOp, renewOps, setOp, tallyId, value, type Op, type State } from '../../core/oplog'
import type { Json } from '../../core/canonical'
import type { Pen } from '../../store/documents'
import { language, t } from '../../i18n'
import { findingsOf, indicatorOf, nextOpen, photosOf, type Finding } from '../shared/rows'
import type { Visit } from '../shared/visit'

export type Verdict = 'met' | 'not_met' | 'not_applicable'

export function useRow(visit: Visit, id: ComputedRef<string>) {
  const rows = visit.order
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

  /** A fault in words, for sheets without deduction clauses: said at the first pause, put right at the next, gone without words. */
  function wordFault(element: string, typed: string, seen: string[]) {
    const words = typed.trim()
    const note = `finding/${element}/note`
    return visit.act((state, pen) => {
      const found = findingsOf(state, id.value).find((one) => one.id === element)
      if (found) return words ? [setOp(state, pen, note, words, seen)] : goneOps(state, pen, found)
      return words ? [...faultOps(state, pen, { clause: null, item: null, case: null }, element), setOp(state, pen, note, words, seen)] : []
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
  function label(number: number, words: string, seen: string[]) {
    const said = words.trim() ? { indicator: id.value, case: number, label: words.trim() } : null
    return visit.act((state, pen) => renewOps(state, pen, `sample/${id.value}:${number}`, said, seen))
  }
  function sampled(number: number): string {
    const found = visit.state.value.elements[`sample/${id.value}:${number}`]
    return found?.live ? String((found.value as { label?: string } | null)?.label ?? '') : ''
  }

  /** A ready phrase behind what stands in the note, also behind what was typed a moment ago. */
  function addToNote(phrase: string) {
    return visit.act((state, pen) => {
      if (heads(state, target('note')).length > 1) return []
      const now = String(value(state, target('note')) ?? '').trim()
      return now.includes(phrase) ? [] : [setOp(state, pen, target('note'), now ? `${now}${language.value === 'zh' ? '；' : '; '}${phrase}` : phrase)]
    })
  }
  const headsOf = (place: string): string[] => heads(visit.state.value, place).map((head) => head.op)

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
    findings, touched, step, toggle, wordFault, removeFault, label, sampled, addToNote,
    photos: computed(() => photosOf(visit.state.value, id.value)),
    verdict: computed(() => value(visit.state.value, target('verdict')) as Verdict | null),
    note: computed(() => text('note')),
    disputes: computed(() => visit.conflicts.value.filter((one) => indicatorOf(visit.state.value, one.target) === id.value)),
    contradictions: computed(() => visit.contradictions.value.filter((one) => one.about.some((about) => indicatorOf(visit.state.value, about) === id.value))),
    measure: (measure: string) => text(`measure/${measure}`),
    award: (clause: string) => text(`award/${clause}`),
    requirement: (requirement: string) => value(visit.state.value, target(`requirement/${requirement}`)) as Verdict | null,
    disputed: (rest: string) => visit.conflicts.value.some((one) => one.target === target(rest)),
    put: (rest: string, next: Json, seen?: string[]) => visit.put(target(rest), next, seen),
    /** what stands in a part of the row, by which a field knows what its person has seen */
    heads: (rest: string) => headsOf(target(rest)),
    faultHeads: (element: string) => headsOf(`finding/${element}/note`),
    labelHeads: (number: number) => headsOf(`sample/${id.value}:${number}`),
    problem: (part: string) => visit.result.value?.problems.find((one) => one.indicator === id.value && one.measure === part)?.code,
  }
}

export type Row = ReturnType<typeof useRow>
