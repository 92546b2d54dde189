/** An order in the making: which findings become items, and what is asked of each. Sent off once; repeating it is harmless. */
import { computed, reactive, ref, shallowRef } from 'vue'
import { dayAfter, type Kind, type Severity } from '../../core/rectification'
import { randomUuid } from '../../store/clock'
import { say } from '../../i18n'
import { r } from '../../i18n/rectify'
import { replace } from '../../ui/route'
import { tell } from '../../ui/toasts'
import { wordsFor } from '../shared/problems'
import { issue, proposal, type Candidate, type Proposal, type Warning } from './server'
import { useAsked } from '../shared/useAsked'

export interface Chosen { key: string; of: Candidate; on: boolean; kind: Kind; severity: Severity; days: string; text: string; photos: boolean; why: string; person: string }

export function useIssue(inspection: string) {
  const id = randomUuid()
  const chosen = reactive<Chosen[]>([])
  const words = ref('')
  const appeal_days = ref('5')
  const busy = ref(false)
  const refused = ref('')
  const warnings = shallowRef<Warning[]>([])
  const { value: found, problem, again } = useAsked(async (signal) => {
    const seen = await proposal(inspection, signal)
    if (!chosen.length) chosen.push(...seen.findings.map(asChosen))
    return seen
  })
  void again()

  const asChosen = (of: Candidate, i: number): Chosen => ({
    key: `${of.finding ?? of.indicator}-${i}`, of, on: true, kind: of.suggested.kind, severity: of.suggested.severity, days: String(of.suggested.days),
    text: of.text, photos: false, why: '', person: '',
  })
  const picked = computed(() => chosen.filter((one) => one.on))
  const daysOf = (one: Chosen): number | null => (/^\d{1,3}$/.test(one.days.trim()) ? Number(one.days) : null)

  /** When it would be due, or why that number of days cannot be. */
  function due(one: Chosen, seen: Proposal): { day: string; guessed: boolean } | { fault: string } {
    const days = daysOf(one)
    const { least, most } = seen.kinds[one.kind]
    if (days === null || days < least || days > most) return { fault: r('issue.days_range', { least, most }) }
    const day = dayAfter(seen.today, days, seen.calendar)
    return { day, guessed: day > seen.guessed_after }
  }
  const lacks = computed(() => {
    const seen = found.value
    if (!seen || !picked.value.length) return r('issue.none_chosen')
    const at = picked.value.findIndex((one) => 'fault' in due(one, seen) || !one.text.trim() || (one.photos && !one.why.trim()))
    if (at >= 0) return r('issue.incomplete', { id: picked.value[at]!.of.indicator })
    return /^\d{1,2}$/.test(appeal_days.value.trim()) && Number(appeal_days.value) >= 1 && Number(appeal_days.value) <= 30 ? '' : r('issue.appeal_range')
  })

  function turn(one: Chosen, kind: Kind) {
    one.kind = kind
    one.days = String(found.value?.kinds[kind].usual ?? one.days)
  }

  async function send() {
    busy.value = true
    refused.value = ''
    try {
      const items = picked.value.map((one) => ({
        finding: one.of.finding, indicator: one.of.indicator, clause: one.of.clause, kind: one.kind, severity: one.severity, text: one.text.trim(),
        days: daysOf(one)!, proof: { photos: one.photos, why: one.why.trim() }, person: one.person || null,
      }))
      const done = await issue(inspection, { id, words: words.value.trim(), appeal_days: Number(appeal_days.value), items })
      tell(r('toast.issued', { number: done.order.number }))
      warnings.value = done.warnings
      if (done.warnings.length) tell(say(done.warnings[0]!.message), undefined, 'wrong')
      await replace('/rectification')
    } catch (fault) {
      refused.value = wordsFor(fault)
      await again()
    } finally {
      busy.value = false
    }
  }
  return { found, problem, again, chosen, picked, words, appeal_days, due, turn, lacks, busy, refused, send }
}
