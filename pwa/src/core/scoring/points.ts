/**
 * Scheme `points`: full marks, less what the clauses take, plus what they give; never below zero or above full.
 * The twin of `server/mingcha/core/scoring/points.py`.
 */

import type { Indicator } from '../checklist'
import type { Places } from './clauses'
import type { Facts } from './facts'
import { figure, greatest, least, shown, span, type Figure } from './figures'
import type { ClauseLine, LineState, ScoreProblem } from './result'
import { worldsOf, type Ground, type World } from './worlds'

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

/** What one indicator earns. */
export function marks(indicator: Indicator, facts: Facts, settings: Ground['settings'], places: Places): Marks {
  const clauses = indicator.clauses ?? []
  const ground: Ground = { indicator, clauses, facts, places, settings, full: figure(indicator.full_marks ?? '0') }
  const problems: ScoreProblem[] = []
  const worlds = worldsOf(ground, problems)
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
  const en = [`full marks ${shown(full)}`]
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
