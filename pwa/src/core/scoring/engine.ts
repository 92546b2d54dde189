/**
 * From facts to a result: the same lines for every scheme, added up per category and in all.
 * The twin of `server/mingcha/core/scoring/engine.py`.
 */

import { indicatorsOf, readings, under, type Checklist } from '../checklist'
import type { State } from '../oplog'
import type { Places } from './clauses'
import { rate, type Duty } from './conformity'
import { NOTHING, type AllFacts } from './facts'
import { shown, type Figure } from './figures'
import { entryOf, type Entry, type Ground } from './lines'
import { matrixOverall, type Row } from './matrix'
import { ENGINE, type Result } from './result'
import { factsOf, type Sheet } from './sheet'
import { factsOfState } from './state'
import { tiersOverall, type Standing } from './tiers'

export type Settings = Readonly<Record<string, string>>

/**
 * `digest`: the name that the checklist was fetched by. `places`: of rank clauses, if the campaign has told them; until it
 * is `closed`, every row with a place is provisional.
 */
export interface Known {
  digest?: string
  places?: Places
  closed?: boolean
}

/** What a sheet earns. */
export const score = (checklist: Checklist, sheet: Sheet, settings: Settings = {}, known: Known = {}): Result =>
  resultOf(checklist, factsOf(sheet), settings, known)

/** What an inspection may earn: [low, high] over every way to settle what is in conflict. */
export const standing = (checklist: Checklist, state: State, settings: Settings = {}, known: Known = {}): Result =>
  resultOf(checklist, factsOfState(state, checklist), settings, known)

export function resultOf(checklist: Checklist, facts: AllFacts, settings: Settings, { digest = '', places = {}, closed = true }: Known): Result {
  const chosen = readings(checklist, settings)
  const ground: Ground = { checklist: under(checklist, settings), settings: chosen, places, key: JSON.stringify([chosen, places]) }
  const { slug, version, scheme } = checklist
  const result: Result = {
    engine: ENGINE, checklist: { slug, version, digest }, scheme, settings: chosen, complete: true, low: '0', high: '0', full: '0',
    open: [], provisional: [], missing_evidence: [], lines: [], categories: [], tier: null, problems: [],
  }
  const total: Sums = [0n, 0n, 0n]
  const strange = new Set(facts.keys())
  const byCategory = ground.checklist.categories.map(({ id, groups }) => {
    const sums: Sums = [0n, 0n, 0n]
    const entries = groups.flatMap(({ indicators }) => indicators.map((indicator) => {
      strange.delete(indicator.id)
      return entryOf(ground, indicator, facts.get(indicator.id) ?? NOTHING)
    }))
    for (const entry of entries) {
      add(result, entry)
      ;[entry.low, entry.high, entry.full].forEach((figure, at) => (sums[at]! += figure))
    }
    sums.forEach((figure, at) => (total[at]! += figure))
    result.categories.push({ id, ...three(sums) })
    return entries
  })
  Object.assign(result, three(total))
  close(result, ground, byCategory, facts)
  if (!closed) result.provisional = ranked(ground.checklist, result)
  const unknown = [...strange].sort().map((id) => ({ indicator: id, measure: null, code: 'sheet.unknown_indicator' }))
  result.problems = [...unknown, ...result.problems]
  return result
}

type Sums = [low: Figure, high: Figure, full: Figure]

const three = ([low, high, full]: Sums) => ({ low: shown(low), high: shown(high), full: shown(full) })

function add(result: Result, { line, unknown, provisional, problems }: Entry): void {
  const { indicator, state, missing } = line
  result.lines.push(line)
  if (unknown) result.open.push(indicator)
  if (unknown || state === 'conflict') result.complete = false
  if (provisional) result.provisional.push(indicator)
  for (const each of missing) result.missing_evidence.push({ indicator, ...each })
  result.problems.push(...problems)
}

/** Every row that applies and has a rank clause. */
function ranked(checklist: Checklist, { lines }: Result): string[] {
  const rows = [...indicatorsOf(checklist).values()].filter(({ clauses = [] }) => clauses.some(({ kind }) => kind === 'rank'))
  const out = new Set(lines.filter(({ state }) => state === 'not_applicable').map(({ indicator }) => indicator))
  return rows.map(({ id }) => id).filter((id) => !out.has(id))
}

/** What a scheme says of the whole. */
function close(result: Result, { checklist, settings }: Ground, byCategory: Entry[][], facts: AllFacts): void {
  const parts = byCategory.map((entries) => entries.map(({ part }) => part))
  switch (checklist.scheme) {
    case 'points':
      return
    case 'conformity':
      parts.forEach((duties, at) => Object.assign(result.categories[at]!, three(rate(duties as Duty[]))))
      Object.assign(result, three(rate(parts.flat() as Duty[])))
      return
    case 'tiers':
      result.tier = tiersOverall(checklist, parts.flat() as Standing[], facts)
      return
    case 'matrix':
      result.tier = matrixOverall(checklist, parts.flat() as Row[], settings, facts)
  }
}
