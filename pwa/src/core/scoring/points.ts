/**
 * Scheme `points`: full marks, less what the clauses take, plus what they give; never below zero or above full.
 * The twin of `server/mingcha/core/scoring/points.py`, which explains why the bounds are exact.
 */

import type { Clause, Indicator } from '../checklist'
import { limit, take, type Places, type Take } from './clauses'
import { mayBeGone, type Adjustment, type Facts, type Fault, type Said } from './facts'
import { figure, greatest, least, reading, shown, span, type Figure } from './figures'
import type { ClauseLine, LineState, ScoreProblem } from './result'

interface World {
  low: Figure
  high: Figure
  takes: Take[]
  unknown: boolean
  provisional: boolean
  problem?: string
  applies: boolean
  zh: string
  en: string
}

export interface Marks {
  state: LineState
  full: Figure
  low: Figure
  high: Figure
  zh: string
  en: string
  clauses: ClauseLine[]
  unknown: boolean
  provisional: boolean
  problems: ScoreProblem[]
}

type Settings = Readonly<Record<string, string>>

/** Everything that stays the same while the verdicts of one indicator are tried. */
interface Ground {
  indicator: Indicator
  clauses: Clause[]
  facts: Facts
  places: Places
  settings: Settings
  full: Figure
}

/** What one indicator earns. */
export function marks(indicator: Indicator, facts: Facts, settings: Settings, places: Places): Marks {
  const clauses = indicator.clauses ?? []
  const ground: Ground = { indicator, clauses, facts, places, settings, full: figure(indicator.full_marks ?? '0') }
  const problems: ScoreProblem[] = []
  const worlds: World[] = []
  for (const adjustment of facts.adjustments) {
    const fixed = adjusted(ground, adjustment, problems)
    if (fixed) worlds.push(fixed)
    else for (const verdict of facts.verdicts) for (const faults of facts.faults) worlds.push(world(ground, faults, verdict))
  }
  const low = least(...worlds.map((each) => each.low))
  const high = greatest(...worlds.map((each) => each.high))
  const unknown = worlds.every((each) => each.unknown)
  const applies = worlds.some((each) => each.applies)
  const full = !applies && settings['not_applicable'] === 'excluded' ? 0n : ground.full
  problemsOf(ground, worlds, problems)
  const state = facts.contested
    ? 'conflict'
    : !applies
      ? 'not_applicable'
      : low !== high || unknown
        ? 'open'
        : high === full
          ? 'met'
          : 'lost'
  const provisional = worlds.some((each) => each.provisional)
  return { state, full, low, high, ...working(ground, worlds, full, low, high), clauses: clauseLines(ground, worlds), unknown, provisional, problems }
}

const settled = (points: Figure, zh: string, en: string): World => ({
  low: points, high: points, takes: [], unknown: false, provisional: false, applies: true, zh, en,
})

/** A supervisor's marks in place of the computed ones; the reason is read aloud with them. */
function adjusted({ indicator, full }: Ground, adjustment: Adjustment | null, problems: ScoreProblem[]): World | null {
  if (adjustment === null) return null
  const points = reading(adjustment.points)
  if (typeof points === 'string' || points > full) {
    problems.push({ indicator: indicator.id, measure: null, code: typeof points === 'string' ? points : 'sheet.adjustment_too_high' })
    return null
  }
  const reason = adjustment.reason || ''
  return settled(points, `督查调整为${shown(points)}（${reason}）`, `adjusted by the supervisor to ${shown(points)} (${reason})`)
}

function world(ground: Ground, faults: Fault[], verdict: Said): World {
  const { facts, full, clauses, settings } = ground
  if (verdict === 'not_applicable') {
    const points = (settings['not_applicable'] ?? 'full') === 'full' ? full : 0n
    return { ...settled(points, '不适用', 'does not apply'), applies: false }
  }
  if (verdict === 'met' && facts.metRemoves) faults = faults.map((fault) => ({ ...fault, removable: true }))
  const empty = mayBeGone(faults)
  if (verdict === null && empty && untouched(facts)) {
    return { ...settled(0n, '尚未检查', 'not checked yet'), high: full, takes: takesOf(ground, faults, null), unknown: true }
  }
  const found = summed(ground, faults, verdict)
  if (verdict === null && empty && counting(clauses)) leaveOpen(found, ground, '尚未检查', 'not checked yet')
  if (verdict === 'not_met' && empty) withoutFindings(found, ground, faults)
  return found
}

/** Whether it may be that nobody said anything about this indicator. */
const untouched = ({ measures, awards }: Facts): boolean =>
  [...Object.values(measures), ...Object.values(awards)].every((each) => each.includes(null))

function takesOf({ indicator, clauses, facts, places, full }: Ground, faults: Fault[], verdict: Said): Take[] {
  const anyFault = !mayBeGone(faults)
  return clauses.map((clause) => {
    const under = faults.filter((fault) => fault.clause === clause.id)
    return take(clause, { indicator, facts, verdict, faults: under, anyFault, places, full })
  })
}

function summed(ground: Ground, faults: Fault[], verdict: Said): World {
  const takes = takesOf(ground, faults, verdict)
  let [low, high] = total(takes, ground.full)
  if (!ground.clauses.length && faults.length) [low, high] = [0n, mayBeGone(faults) ? ground.full : 0n]
  return {
    low, high, takes, unknown: takes.some((each) => each.unknown), provisional: takes.some((each) => each.provisional),
    applies: true, zh: '', en: '',
  }
}

function total(takes: Take[], full: Figure): [Figure, Figure] {
  let [base, givenLow, givenHigh, lostLow, lostHigh] = [full, 0n, 0n, 0n, 0n]
  for (const each of takes) {
    if (each.most === undefined) {
      lostLow += each.low
      lostHigh += each.high
    } else {
      base -= each.most
      givenLow += each.low
      givenHigh += each.high
    }
  }
  base = greatest(base, 0n)
  return [
    greatest(least(base + givenLow, full) - lostHigh, 0n),
    greatest(least(base + givenHigh, full) - lostLow, 0n),
  ]
}

/** Verdict "not met" while no finding is sure: see the twin. */
function withoutFindings(found: World, ground: Ground, faults: Fault[]): void {
  const { clauses, full } = ground
  if (!clauses.length) {
    found.low = found.high = 0n
    return
  }
  if (clauses.some((clause) => clause.kind === 'all_or_nothing')) {
    let bare = takesOf(ground, [], 'not_met').map((each, at): Take => {
      const clause = clauses[at]!
      if (clause.kind !== 'all_or_nothing') return each
      const points = least(figure(clause.points), limit(clause, full))
      return { low: points, high: points, zh: `${clause.text.zh}：扣${shown(points)}`, en: `${clause.text.en}: ${shown(points)} lost` }
    })
    let [low, high] = total(bare, full)
    if (faults.length) {
      const alone = faults.map((fault) =>
        summed(ground, [{ ...fault, removable: false, near: [], most: fault.fewest }], 'not_met').high)
      low = least(low, found.low)
      high = greatest(high, ...alone)
      bare = bare.map((one, at) => {
        const other = found.takes[at]!
        return { ...one, low: least(one.low, other.low), high: greatest(one.high, other.high), zh: other.zh, en: other.en, unknown: !!(one.unknown || other.unknown) }
      })
    }
    Object.assign(found, { low, high, takes: bare })
    return
  }
  const [explainedLow, explainedHigh] = withheld(found.takes)
  if (!counting(clauses)) {
    if (explainedHigh === 0n) found.problem = 'sheet.not_met_unexplained'
    return
  }
  if (explainedLow > 0n) return
  const loss = clauses.filter((clause) => !asks(clause)).reduce((sum, clause) => sum + limit(clause, full), 0n)
  found.low = least(found.low, greatest(full - loss, 0n))
  found.high = full
  if (explainedHigh === 0n && !faults.length) leaveOpen(found, ground, '未达标，尚未记录问题', 'not met, no finding recorded yet')
}

/** What figures and awards cost, at least and at most. */
function withheld(takes: Take[]): [Figure, Figure] {
  let [low, high] = [0n, 0n]
  for (const each of takes) {
    low += each.most === undefined ? each.low : each.most - each.high
    high += each.most === undefined ? each.high : each.most - each.low
  }
  return [low, high]
}

/** Clauses that read a figure or an award; the others count findings. */
const asks = ({ kind }: Clause): boolean => kind === 'shortfall' || kind === 'rank' || kind === 'judge' || kind === 'award'

/** Whether findings decide here, at least in part. */
const counting = (clauses: Clause[]): boolean => !clauses.length || clauses.some((clause) => !asks(clause))

/** Clauses that count findings may still take all they can. */
function leaveOpen(found: World, { clauses, full }: Ground, zh: string, en: string): void {
  const opened = found.takes.map((each, at) => (asks(clauses[at]!) ? each : { ...each, high: limit(clauses[at]!, full) }))
  found.low = clauses.length ? total(opened, full)[0] : 0n
  Object.assign(found, { unknown: true, zh, en })
}

/** Per clause the bounds over all worlds that weigh clauses; the words of the first of them. */
function clauseLines({ clauses, facts }: Ground, worlds: World[]): ClauseLine[] {
  const weighed = worlds.filter((each) => each.takes.length).map((each) => each.takes)
  if (!weighed.length) return []
  return clauses.map((clause, at) => {
    const each = weighed.map((takes) => takes[at]!)
    const under = facts.faults.flat().filter((fault) => fault.clause === clause.id)
    return {
      clause: clause.id, kind: clause.kind,
      low: shown(least(...each.map((one) => one.low))), high: shown(greatest(...each.map((one) => one.high))),
      working: { zh: each[0]!.zh, en: each[0]!.en },
      findings: [...new Set(under.map((fault) => fault.id))].sort(),
    }
  })
}

function problemsOf({ indicator, clauses, facts }: Ground, worlds: World[], problems: ScoreProblem[]): void {
  const add = (measure: string | null, code: string) => {
    if (!problems.some((one) => one.measure === measure && one.code === code)) problems.push({ indicator: indicator.id, measure, code })
  }
  for (const each of worlds) {
    if (each.problem) add(null, each.problem)
    each.takes.forEach(({ problem }, at) => {
      const clause = clauses[at]!
      if (problem) add('measure' in clause ? clause.measure : clause.id, problem)
    })
  }
  for (const fault of facts.faults.flat()) {
    const clause = clauses.find(({ id }) => id === fault.clause)
    if (!clause) {
      if (clauses.length) add(fault.clause, 'sheet.finding_without_clause')
    } else if (clause.kind === 'sample' && !(fault.case && fault.case >= 1 && fault.case <= clause.cases)) {
      add(clause.id, 'sheet.case_out_of_range')
    }
  }
}

function working({ indicator, facts }: Ground, worlds: World[], full: Figure, low: Figure, high: Figure): { zh: string; en: string } {
  const first = worlds[0]!
  const zh = [`满分${shown(full)}`]
  const en = [`full ${shown(full)}`]
  const said = first.takes.filter((each) => each.high > 0n || each.most !== undefined || each.unknown)
  if (first.zh) {
    zh.push(first.zh)
    en.push(first.en)
  } else if (said.length) {
    zh.push(...said.map((each) => each.zh))
    en.push(...said.map((each) => each.en))
  } else {
    zh.push(high === full ? '达标' : '未达标')
    en.push(high === full ? 'met' : 'not met')
  }
  if (facts.contested) {
    zh.push('有分歧待定')
    en.push('disagreement open')
  }
  const figures = span(low, high)
  return {
    zh: `${indicator.id} ${indicator.title.zh}：${zh.join('；')}；得${figures}`,
    en: `${indicator.id} ${indicator.title.en}: ${en.join('; ')}; scores ${figures}`,
  }
}
