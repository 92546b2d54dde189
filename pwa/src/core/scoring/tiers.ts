/**
 * Scheme `tiers`: which necessary indicators a centre meets, the tier it reaches, and what stands before the next.
 * The twin of `server/mingcha/core/scoring/tiers.py`.
 */

import { withUnit, type Checklist, type Indicator, type Threshold, type Tier, type Words } from '../checklist'
import { STATE_WORDS } from './conformity'
import { mayBeGone, NOTHING, type AllFacts, type Facts, type Said } from './facts'
import { figure, reading, shown } from './figures'
import type { Certainty, LineState, ScoreProblem, TierResult } from './result'

/** Surely, possibly. */
export type Bounds = readonly [boolean, boolean]

/**
 * `allows`: by tier, weaker tiers included; `own`: the tier's own demand; `whole`: every demand; `counts`: every demand,
 * where what does not apply is no indicator met.
 */
export interface Standing {
  indicator: Indicator
  state: LineState
  unknown: boolean
  allows: Record<string, Bounds>
  own: Record<string, Bounds>
  whole: Bounds
  counts: Bounds
  /** The tiers that ask for it. */
  necessary: string[]
  problems: ScoreProblem[]
}

export function standingOf(checklist: Checklist, indicator: Indicator, facts: Facts): Standing {
  const problems: ScoreProblem[] = []
  const own: Record<string, Bounds> = {}
  const allows: Record<string, Bounds> = {}
  const necessary = Object.keys(indicator.tiers ?? {}).filter((id) => indicator.tiers![id]!.necessary)
  let [sure, possible] = [true, true]
  for (const { id } of checklist.tiers ?? []) {
    const bounds = (own[id] = meets(indicator, facts, facts.verdicts, thresholdsOf(indicator, id), problems))
    if (necessary.includes(id)) [sure, possible] = [sure && bounds[0], possible && bounds[1]]
    allows[id] = [sure, possible]
  }
  const relevant = Object.keys(own).filter((id) => necessary.includes(id) || thresholdsOf(indicator, id).length)
  const asked = relevant.length ? relevant : Object.keys(own)
  const whole = every(asked.map((id) => own[id]!))
  const applying = facts.verdicts.filter((verdict) => verdict !== 'not_applicable')
  const out = !applying.length
  const counts: Bounds = applying.length === facts.verdicts.length
    ? whole
    : [false, !out && every(asked.map((id) => meets(indicator, facts, applying, thresholdsOf(indicator, id), problems)))[1]]
  const unknown = whole[0] !== whole[1]
  const state = facts.contested ? 'conflict' : out ? 'not_applicable' : unknown ? 'open' : whole[0] ? 'met' : 'lost'
  return { indicator, state, unknown, allows, own, whole, counts, necessary, problems }
}

const thresholdsOf = (indicator: Indicator, tier: string): Threshold[] => indicator.tiers?.[tier]?.thresholds ?? []

const every = (each: Bounds[]): Bounds => [each.every(([low]) => low), each.every(([, high]) => high)]

function meets(indicator: Indicator, facts: Facts, verdicts: Said[], thresholds: Threshold[], problems: ScoreProblem[]): Bounds {
  let [low, high] = [true, false]
  for (const faults of facts.faults) {
    const gone = mayBeGone(faults)
    for (const verdict of verdicts) {
      if (verdict === 'not_applicable') {
        high = true
        continue
      }
      if (faults.length) {
        low = false
        if (!gone && !(facts.metRemoves && verdict === 'met')) continue
      }
      if (verdict === 'not_met') {
        low = false
        continue
      }
      let [sure, possible] = [true, true]
      for (const threshold of thresholds) {
        const bounds = reaches(indicator, facts, threshold, problems)
        ;[sure, possible] = [sure && bounds[0], possible && bounds[1]]
      }
      if (verdict === null && !thresholds.length) sure = false
      ;[low, high] = [low && sure, high || possible]
    }
  }
  return [low, high]
}

/** Whether a figure surely, possibly reaches its threshold. What is not filled in, or no figure, may be anything. */
export function reaches(indicator: Indicator, facts: Facts, threshold: Threshold, problems: ScoreProblem[]): Bounds {
  let [low, high] = [true, false]
  const measure = indicator.measures.find(({ id }) => id === threshold.measure)
  const said = facts.measures[threshold.measure]
  for (const text of said?.length ? said : [null]) {
    const value = text === null ? null : reading(text, measure)
    if (typeof value === 'bigint') {
      if (value >= figure(threshold.at_least)) high = true
      else low = false
      continue
    }
    ;[low, high] = [false, true]
    if (value !== null) note(problems, { indicator: indicator.id, measure: threshold.measure, code: value })
  }
  return [low, high]
}

export function note(problems: ScoreProblem[], problem: ScoreProblem): void {
  if (!problems.some((one) => one.measure === problem.measure && one.code === problem.code)) problems.push(problem)
}

export const certainty = ([sure, possible]: Bounds): Certainty => (sure ? 'yes' : possible ? 'unknown' : 'no')

/** How far up something surely and possibly stands, in words; 0 is below the weakest tier. */
export function reach(tiers: readonly Tier[], low: number, high: number): Words {
  const weakest = tiers[0]?.title
  if (!weakest) return { zh: '无等次', en: 'no tier' }
  if (low === high) return low ? tiers[low - 1]!.title : { zh: `未达${weakest.zh}`, en: `below ${weakest.en}` }
  const best = tiers[high - 1]!.title
  if (!low) return { zh: `未定，最高可能为${best.zh}`, en: `not settled, ${best.en} at best` }
  const sure = tiers[low - 1]!.title
  return { zh: `至少为${sure.zh}，可能为${best.zh}`, en: `at least ${sure.en}, possibly ${best.en}` }
}

export function wordsOf({ indicator, state }: Standing, facts: Facts): Words {
  const said = figuresSaid(indicator, facts)
  return {
    zh: `${indicator.id} ${indicator.title.zh}：${said.zh}${STATE_WORDS[state].zh}`,
    en: `${indicator.id} ${indicator.title.en}: ${said.en}${STATE_WORDS[state].en}`,
  }
}

/** The figures filled in, each with its name: "办事大厅面积120m2；". */
export function figuresSaid(indicator: Indicator, facts: Facts): Words {
  const words = { zh: '', en: '' }
  for (const measure of indicator.measures) {
    const said = (facts.measures[measure.id] ?? []).filter((text) => text !== null)
    if (!said.length) continue
    const read = said.map((text) => {
      const value = reading(text, measure)
      return typeof value === 'bigint' ? shown(value) : text
    })
    const figures = withUnit(measure, read.join('/'))
    words.zh += `${measure.text.zh}${figures.zh}；`
    words.en += `${measure.text.en} ${figures.en}; `
  }
  return words
}

export function tiersOverall(checklist: Checklist, standings: Standing[], facts: AllFacts): TierResult {
  const result: TierResult = { reached: null, possible: null, next: null, per_tier: [], standing_between: [] }
  let next: Tier | undefined
  for (const tier of checklist.tiers ?? []) {
    const necessary = standings.filter(({ necessary }) => necessary.includes(tier.id))
    const bounds: Bounds = [
      standings.every(({ allows }) => allows[tier.id]![0]),
      standings.every(({ allows }) => allows[tier.id]![1]),
    ]
    const met = necessary.filter(({ own }) => own[tier.id]![0]).length
    result.per_tier.push({ tier: tier.id, state: certainty(bounds), met, of: necessary.length })
    if (bounds[0]) result.reached = tier.id
    else next ??= tier
    if (bounds[1]) result.possible = tier.id
  }
  if (next) {
    const tier = next
    result.next = tier.id
    result.standing_between = standings
      .filter(({ allows }) => !allows[tier.id]![0])
      .map((one) => ({ indicator: one.indicator.id, requirement: null, why: why(one, tier, facts.get(one.indicator.id) ?? NOTHING) }))
  }
  return result
}

/** Why this indicator does not (yet) allow the tier, with the figure wanted. */
function why(one: Standing, tier: Tier, facts: Facts): Words {
  const words = wordsOf(one, facts)
  for (const threshold of one.indicator.tiers?.[tier.id]?.thresholds ?? []) {
    if (reaches(one.indicator, facts, threshold, [])[0]) continue
    const want = withUnit(one.indicator.measures.find(({ id }) => id === threshold.measure)!, shown(figure(threshold.at_least)))
    words.zh += `，${tier.title.zh}须不低于${want.zh}`
    words.en += `, ${tier.title.en} wants at least ${want.en}`
  }
  return words
}
