/** One deed of the desk on one item: what it needs, and doing it. An id made once makes repeating it harmless. */
import { computed, onScopeDispose, reactive, ref, shallowRef } from 'vue'
import { ApiProblem } from '../../store/failures'
import type { Item, Somebody } from '../../core/rectification'
import { randomUuid } from '../../store/clock'
import { marks, say } from '../../i18n'
import { r } from '../../i18n/rectify'
import { tell } from '../../ui/toasts'
import { wordsFor } from '../shared/problems'
import { todayHere } from './say'
import { deed, inspectors, scored, sheet, type Scored, type Sheet } from './server'

export type Doing = 'close' | 'return' | 'extension' | 'appeal' | 'escalate' | 'recheck'

export function useDeed(item: Item, doing: Doing, done: () => void) {
  const id = randomUuid()
  const form = reactive({ reason: '', days: String(item.extension?.days || ''), yes: true, points: '', verdict: 'met', late: false, measures: {} as Record<string, string>, visit_on: todayHere(), team: [] as string[] })
  const problem = ref('')
  const busy = ref(false)
  const needsLate = ref(false)
  const score = shallowRef<Scored>()
  const people = shallowRef<Somebody[]>([])
  const stop = new AbortController()
  onScopeDispose(() => stop.abort())

  const line = computed(() => score.value?.result.lines.find((one) => one.indicator === item.indicator))
  const inPoints = computed(() => score.value?.result.scheme === 'points')
  const content = shallowRef<Sheet>()
  /** The row's figures as they were said, each with its name; where marks decide, none are asked for. */
  const measures = computed(() => (content.value?.categories ?? []).flatMap(({ groups }) => groups).flatMap(({ indicators }) => indicators)
    .find(({ id }) => id === item.indicator)?.measures.map((one) => ({ ...one, said: said(one.id) })) ?? [])
  const said = (measure: string): string => {
    const heads = score.value?.state.fields[`answer/${item.indicator}/measure/${measure}`] ?? []
    return typeof heads[0]?.value === 'string' ? heads[0].value : ''
  }
  /** The whole as it stands, in the terms of its scheme. */
  const standing = computed(() => {
    const { result } = score.value!
    if (result.tier) return r('deed.tier_now', { tier: say(content.value?.tiers?.find(({ id }) => id === result.tier!.reached)?.title) || r('deed.no_tier') })
    return result.scheme === 'conformity' ? r('deed.rate_now', { score: result.low }) : r('deed.score_now', { score: marks(result.low), full: marks(result.full) })
  })

  async function prepare() {
    problem.value = ''
    try {
      if (doing === 'appeal') {
        const found = await scored(item.inspection, stop)
        if (found.result.scheme !== 'points') content.value = await sheet(found.inspection.checklist.digest, stop)
        score.value = found
        form.measures = Object.fromEntries(measures.value.map((one) => [one.id, one.said]))
        form.points = line.value?.full ?? ''
      }
      if (doing === 'recheck') people.value = await inspectors(stop)
    } catch (fault) {
      if (!stop.signal.aborted) problem.value = wordsFor(fault)
    }
  }
  void prepare()

  const lacks = computed(() => {
    const silent = !form.reason.trim()
    if (doing === 'return' || doing === 'escalate') return silent
    if (doing === 'close') return silent && item.state !== 'done'
    if (doing === 'extension') return form.yes ? !(Number(form.days) >= 1 && Number(form.days) <= 60) : silent
    if (doing === 'appeal') return silent || !score.value || (form.yes && inPoints.value && !/^\d{1,3}(\.\d{1,4})?$/.test(form.points.trim()))
    return form.team.length < 2 || !form.visit_on
  })

  function body(): Record<string, unknown> {
    const reason = form.reason.trim()
    if (doing === 'extension') return { granted: form.yes, reason, ...(form.yes && { days: Number(form.days) }) }
    if (doing === 'recheck') return { team: form.team, visit_on: form.visit_on }
    if (doing !== 'appeal') return { reason }
    if (!form.yes) return { upheld: false, reason }
    return { upheld: true, reason, seen: score.value!.seq, with_late: form.late, ...(inPoints.value ? { points: form.points.trim() } : { verdict: form.verdict, measures: changed() }) }
  }

  const changed = () => Object.fromEntries(measures.value.map(({ id, said }) => [id, (form.measures[id] ?? '').trim(), said] as const)
    .filter(([, now, before]) => now && now !== before).map(([id, now]) => [id, now]))

  async function act() {
    busy.value = true
    problem.value = ''
    try {
      await deed(item.id, doing, { id, ...body() })
      tell(r('toast.done'))
      done()
    } catch (fault) {
      problem.value = wordsFor(fault)
      if (fault instanceof ApiProblem && fault.code === 'rectification.late_steps') needsLate.value = true
      if (fault instanceof ApiProblem && fault.code === 'review.not_newest') await prepare()
    } finally {
      busy.value = false
    }
  }
  return { form, problem, busy, needsLate, people, line, measures, standing, score, inPoints, lacks, act }
}
