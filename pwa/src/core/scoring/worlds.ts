/**
 * What one indicator may earn under each answer that still stands: a world has one verdict, one set of findings.
 * The twin of `server/mingcha/core/scoring/worlds.py`, which explains why the bounds are exact.
 */

import type { Clause, Indicator } from '../checklist'
import { limit, take, wholeWords, type Places, type Take } from './clauses'
import { mayBeGone, type Adjustment, type Facts, type Fault, type Said } from './facts'
import { greatest, least, reading, shown, type Figure } from './figures'
import { listed } from './once'
import type { ScoreProblem } from './result'

export interface World {
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

type Settings = Readonly<Record<string, string>>

/** Everything that stays the same while the verdicts of one indicator are tried. */
export interface Ground {
  indicator: Indicator
  clauses: Clause[]
  facts: Facts
  places: Places
  settings: Settings
  full: Figure
}

/** At least one. A supervisor's marks that cannot be are added to `problems`. */
export function worldsOf(ground: Ground, problems: ScoreProblem[]): World[] {
  const { adjustments, verdicts, faults } = ground.facts
  return adjustments.flatMap((adjustment) => {
    const fixed = adjusted(ground, adjustment, problems)
    if (fixed) return fixed
    const worlds = verdicts.flatMap((verdict) => faults.map((each) => world(ground, each, verdict)))
    if (!ground.facts.metRemoves || !verdicts.includes('met') || verdicts.includes('not_met')) return worlds
    // A finding beside "met": either goes, and without "met" figures and awards stand by themselves.
    const sure = faults.filter((each) => !mayBeGone(weighing(ground.clauses, each)))
    return [...worlds, ...sure.map((each) => world(ground, each, 'not_met'))]
  })
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
  const weigh = weighing(clauses, faults)
  const empty = mayBeGone(weigh)
  if (verdict === null && empty && untouched(facts)) {
    return { ...settled(0n, '尚未检查', 'not checked yet'), high: full, takes: takesOf(ground, faults, null), unknown: true }
  }
  const found = summed(ground, faults, verdict)
  if (verdict === null && empty && counting(clauses)) leaveOpen(found, ground, '尚未检查', 'not checked yet')
  if (verdict === 'not_met' && empty) withoutFindings(found, ground, weigh)
  return found
}

/** The findings that some clause counts, or that deny its award. One under no clause says nothing of marks yet. */
const weighing = (clauses: Clause[], faults: Fault[]): Fault[] =>
  clauses.length ? faults.filter((fault) => clauses.some((clause) => clause.id === fault.clause && !deaf(clause))) : faults

/** Whether it may be that nobody said anything about this indicator. */
const untouched = ({ measures, awards }: Facts): boolean =>
  [...Object.values(measures), ...Object.values(awards)].every((each) => each.includes(null))

function takesOf({ indicator, clauses, facts, places, full }: Ground, faults: Fault[], verdict: Said): Take[] {
  const anyFault = !mayBeGone(weighing(clauses, faults))
  const shared = listed(indicator, faults)
  return clauses.map((clause) => {
    const under = faults.filter((fault) => fault.clause === clause.id)
    return take(clause, { indicator, facts, verdict, faults: under, anyFault, places, full, listed: shared })
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
  const hearing = clauses.filter((clause) => !deaf(clause))
  const only = hearing[0]
  // With a second clause the fault may be the smaller one, and noting it would raise the score.
  if (hearing.length === 1 && only?.kind === 'all_or_nothing') {
    const points = limit(only, full)
    let bare = takesOf(ground, [], 'not_met').map((each, at): Take =>
      clauses[at] === only ? { low: points, high: points, ...wholeWords(only, shown(points)) } : each)
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
const asks = (clause: Clause): boolean => deaf(clause) || clause.kind === 'award'

/** Clauses that no finding changes. */
const deaf = ({ kind }: Clause): boolean => kind === 'shortfall' || kind === 'rank' || kind === 'judge'

/** Whether findings decide here, at least in part. */
const counting = (clauses: Clause[]): boolean => !clauses.length || clauses.some((clause) => !asks(clause))

/** Clauses that count findings may still take all they can. */
function leaveOpen(found: World, { clauses, full }: Ground, zh: string, en: string): void {
  const opened = found.takes.map((each, at) => (asks(clauses[at]!) ? each : { ...each, high: limit(clauses[at]!, full) }))
  found.low = clauses.length ? total(opened, full)[0] : 0n
  Object.assign(found, { unknown: true, zh, en })
}
