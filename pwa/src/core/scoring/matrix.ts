/**
 * Scheme `matrix`: per row the highest tier whose requirements are all met; the whole by a visible setting.
 * The twin of `server/mingcha/core/scoring/matrix.py`.
 */

import { withUnit, type Checklist, type Indicator, type Requirement, type Tier, type Words } from '../checklist'
import { mayBeGone, NOTHING, type AllFacts, type Facts } from './facts'
import { figure, shown } from './figures'
import type { LineState, ScoreProblem, TierResult } from './result'
import { certainty, figuresSaid, note, reach, reaches, type Bounds } from './tiers'

/**
 * `low`, `high`: how many tiers up this row surely, possibly stands (0 none), all of them where it does not apply;
 * `counts`: the same where what does not apply counts as none. `met`: by requirement.
 */
export interface Row {
  indicator: Indicator
  state: LineState
  unknown: boolean
  applies: boolean
  low: number
  high: number
  counts: readonly [number, number]
  met: Record<string, Bounds>
  problems: ScoreProblem[]
}

export function rowOf(checklist: Checklist, indicator: Indicator, facts: Facts): Row {
  const problems: ScoreProblem[] = []
  const met = metOf(indicator, facts, problems)
  const tiers = checklist.tiers ?? []
  const top = tiers.length
  let [low, high] = [0, 0]
  tiers.forEach((tier, at) => {
    const asked = (indicator.requirements ?? []).filter((one) => one.tiers.includes(tier.id)).map((one) => met[one.id]!)
    if (asked.length && asked.every(([sure]) => sure)) low = at + 1
    if (asked.length && asked.every(([, possible]) => possible)) high = at + 1
  })
  const out = facts.verdicts.every((verdict) => verdict === 'not_applicable')
  let counts = [low, high] as const
  if (facts.verdicts.includes('not_applicable')) {
    counts = [0, out ? 0 : high]
    ;[low, high] = [out ? top : low, top]
  }
  const wanted = Object.values(met).some(([sure, possible]) => !sure && possible)
  const state = facts.contested ? 'conflict' : out ? 'not_applicable' : low !== high ? 'open' : low === top ? 'met' : 'lost'
  return { indicator, state, unknown: low !== high && wanted, applies: !out, low, high, counts, met, problems }
}

function metOf(indicator: Indicator, facts: Facts, problems: ScoreProblem[]): Record<string, Bounds> {
  const requirements = indicator.requirements ?? []
  const own = new Map(requirements.map((one) => [one.id, ownBounds(indicator, one, facts, problems)]))
  const met: Record<string, Bounds> = {}
  for (const [id, [ownLow, ownHigh, denied]] of own) {
    let [low, high] = [ownLow, ownHigh]
    for (const stronger of implying(requirements, id)) {
      const [strongLow, strongHigh] = own.get(stronger)!
      high ||= strongHigh
      if (strongLow && denied) note(problems, { indicator: indicator.id, measure: id, code: 'sheet.implied_not_met' })
      low ||= strongLow && !denied
    }
    met[id] = [low, high]
  }
  return met
}

/** Surely met, possibly met, by its own answers; and whether anyone said it is not. */
function ownBounds(indicator: Indicator, requirement: Requirement, facts: Facts, problems: ScoreProblem[]): [boolean, boolean, boolean] {
  const given = facts.requirements[requirement.id]
  const said = given?.length ? given : [null]
  let [low, high, denied] = [true, false, said.includes('not_met')]
  for (const faults of facts.faults) {
    const under = faults.filter((fault) => fault.clause === requirement.id)
    if (under.length) {
      low = false
      const gone = mayBeGone(under)
      denied ||= !gone
      // Beside "met", of the requirement or of the whole row, the finding may be what goes.
      if (!gone && !(facts.metRemoves && (said.includes('met') || facts.verdicts.includes('met')))) continue
    }
    for (const verdict of said) {
      if (verdict === 'not_applicable') high = true
      else if (verdict === 'not_met') low = false
      else if (requirement.threshold) {
        const bounds = reaches(indicator, facts, requirement.threshold, problems)
        ;[low, high] = [low && bounds[0], high || bounds[1]]
      } else if (verdict === 'met') high = true
      else [low, high] = [false, true]
    }
  }
  return [low, high, denied]
}

/** Requirements that, met, meet this one: directly or through others. */
function implying(requirements: Requirement[], id: string): string[] {
  const found: string[] = []
  const wanted = [id]
  for (let weaker = wanted.pop(); weaker !== undefined; weaker = wanted.pop()) {
    for (const one of requirements) {
      if (one.implies?.includes(weaker) && one.id !== id && !found.includes(one.id)) {
        found.push(one.id)
        wanted.push(one.id)
      }
    }
  }
  return found
}

export function rowWords(row: Row, checklist: Checklist, facts: Facts): Words {
  const { indicator, low, high } = row
  const said = figuresSaid(indicator, facts)
  let { zh, en } = row.state === 'not_applicable' ? { zh: '不适用', en: 'does not apply' } : reach(checklist.tiers ?? [], low, high)
  if (facts.contested) [zh, en] = [`${zh}；有分歧待定`, `${en}; disagreement open`]
  return { zh: `${indicator.id} ${indicator.title.zh}：${said.zh}${zh}`, en: `${indicator.id} ${indicator.title.en}: ${said.en}${en}` }
}

export function matrixOverall(checklist: Checklist, rows: Row[], settings: Readonly<Record<string, string>>, facts: AllFacts): TierResult {
  const result: TierResult = { reached: null, possible: null, next: null, per_tier: [], standing_between: [] }
  const counted = rows.filter((row) => row.applies)
  let next: { level: number; tier: Tier } | undefined
  ;(checklist.tiers ?? []).forEach((tier, at) => {
    const level = at + 1
    const sure = counted.filter((row) => row.low >= level).length
    const maybe = counted.filter((row) => row.high >= level).length
    const enough = (count: number) => isEnough(count, counted.length, settings['overall_tier'])
    const bounds: Bounds = [enough(sure), enough(maybe)]
    result.per_tier.push({ tier: tier.id, state: certainty(bounds), met: sure, of: counted.length })
    if (bounds[0]) result.reached = tier.id
    else next ??= { level, tier }
    if (bounds[1]) result.possible = tier.id
  })
  if (next) {
    const { level, tier } = next
    result.next = tier.id
    result.standing_between = counted
      .filter((row) => row.low < level)
      .flatMap((row) => obstacles(row, tier, facts.get(row.indicator.id) ?? NOTHING))
  }
  return result
}

function isEnough(count: number, rows: number, rule: string | undefined): boolean {
  if (rule === 'most_rows') return count * 2 > rows
  if (rule === 'all_but_one') return count >= rows - 1
  return count === rows
}

function obstacles(row: Row, tier: Tier, facts: Facts): TierResult['standing_between'] {
  return (row.indicator.requirements ?? [])
    .filter((one) => one.tiers.includes(tier.id) && !row.met[one.id]![0])
    .map((one) => {
      const possible = row.met[one.id]![1]
      const { id, title } = row.indicator
      const why = {
        zh: `${id} ${title.zh}：${one.text.zh}——${possible ? '尚未确定' : '未达到'}`,
        en: `${id} ${title.en}: ${one.text.en} – ${possible ? 'not settled' : 'not met'}`,
      }
      if (one.threshold) {
        const { measure: wanted, at_least } = one.threshold
        const measure = row.indicator.measures.find((one) => one.id === wanted)!
        const said = (facts.measures[wanted] ?? []).filter((text) => text !== null).join('/')
        const [want, have] = [withUnit(measure, shown(figure(at_least))), withUnit(measure, said)]
        why.zh += `（${said ? `现${have.zh}` : '未填写'}，须不低于${want.zh}）`
        why.en += ` (${said ? `now ${have.en}` : 'not filled in'}, wants at least ${want.en})`
      }
      return { indicator: row.indicator.id, requirement: one.id, why }
    })
}
