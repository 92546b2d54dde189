/**
 * From facts to a result: the same lines for every scheme, added up per category and in all.
 * The twin of `server/mingcha/core/scoring/engine.py`.
 */

import { indicatorsOf, readings, under, type Checklist, type Indicator, type Words } from '../checklist'
import type { State } from '../oplog'
import type { Places } from './clauses'
import { duty, rate, STATE_WORDS, type Duty } from './conformity'
import { NOTHING, type AllFacts, type Facts } from './facts'
import { ONE, shown, type Figure } from './figures'
import { matrixOverall, rowOf, rowWords, type Row } from './matrix'
import { marks } from './points'
import { ENGINE, type Certainty, type ClauseLine, type LineState, type MissingEvidence, type Result, type ScoreProblem } from './result'
import { factsOf, type Sheet } from './sheet'
import { factsOfState } from './state'
import { certainty, standingOf, tiersOverall, wordsOf, type Standing } from './tiers'

export type Settings = Readonly<Record<string, string>>

/** `digest`: the name that the checklist was fetched by. `places`: of rank clauses, if the campaign has told them. */
export interface Known {
  digest?: string
  places?: Places
}

/** What a sheet earns. */
export const score = (checklist: Checklist, sheet: Sheet, settings: Settings = {}, known: Known = {}): Result =>
  resultOf(checklist, factsOf(sheet), settings, known)

/** What an inspection may earn: [low, high] over every way to settle what is in conflict. */
export const standing = (checklist: Checklist, state: State, settings: Settings = {}, known: Known = {}): Result =>
  resultOf(checklist, factsOfState(state, checklist), settings, known)

/** What each line of a scheme brings to the board. */
interface Entry {
  state: LineState
  words: Words
  low: Figure
  high: Figure
  full: Figure
  unknown: boolean
  provisional?: boolean
  clauses?: ClauseLine[]
  tiers?: Record<string, Certainty>
  problems?: ScoreProblem[]
}

export function resultOf(checklist: Checklist, facts: AllFacts, settings: Settings, known: Known): Result {
  const chosen = readings(checklist, settings)
  const read = under(checklist, settings)
  const indicators = indicatorsOf(read)
  const { slug, version, scheme } = checklist
  const result: Result = {
    engine: ENGINE, checklist: { slug, version, digest: known.digest ?? '' }, scheme, settings: chosen, complete: true,
    low: '0', high: '0', full: '0', open: [], provisional: [], missing_evidence: [], lines: [], categories: [], tier: null,
    problems: [...facts.keys()].filter((id) => !indicators.has(id)).sort()
      .map((id) => ({ indicator: id, measure: null, code: 'sheet.unknown_indicator' })),
  }
  const sums: [Figure, Figure, Figure] = [0n, 0n, 0n]
  const enter = schemes[scheme](read, chosen, known.places ?? {}, facts, result)
  for (const category of read.categories) {
    const total: [Figure, Figure, Figure] = [0n, 0n, 0n]
    for (const { indicators } of category.groups) {
      for (const indicator of indicators) {
        const said = facts.get(indicator.id) ?? NOTHING
        const entry = enter.line(indicator, said, category.id)
        add(result, indicator, said, entry)
        ;[entry.low, entry.high, entry.full].forEach((figure, at) => (total[at]! += figure))
      }
    }
    total.forEach((figure, at) => (sums[at]! += figure))
    result.categories.push({ id: category.id, ...three(enter.category?.(category.id) ?? total) })
  }
  Object.assign(result, three(enter.total?.() ?? sums))
  enter.close?.()
  return result
}

const three = ([low, high, full]: [Figure, Figure, Figure]) => ({ low: shown(low), high: shown(high), full: shown(full) })

function add(result: Result, indicator: Indicator, facts: Facts, entry: Entry): void {
  const { state, low, high, full } = entry
  const missing = missingOf(indicator, facts, state, high < full || facts.faults.some((faults) => faults.length))
  result.lines.push({
    indicator: indicator.id, state, ...three([low, high, full]), taken: shown(full - high), working: entry.words,
    clauses: entry.clauses ?? [], tiers: entry.tiers ?? null, photos: [...facts.photos], missing,
  })
  if (entry.unknown) result.open.push(indicator.id)
  if (entry.unknown || state === 'conflict') result.complete = false
  if (entry.provisional) result.provisional.push(indicator.id)
  result.missing_evidence.push(...missing.map((each) => ({ indicator: indicator.id, ...each })))
  result.problems.push(...(entry.problems ?? []))
}

/** Nothing is wanted where nothing applies, nor before anyone has answered (that is listed as open). */
function missingOf(indicator: Indicator, facts: Facts, state: LineState, deducted: boolean): MissingEvidence[] {
  if (state === 'not_applicable' || (state === 'open' && !deducted)) return []
  return indicator.evidence
    .filter(({ when }) => when === 'always' || deducted)
    .map(({ kind, min }) => ({ kind, have: facts.photoKinds[kind] ?? 0, want: min }))
    .filter(({ have, want }) => have < want)
}

interface Scheme {
  line(indicator: Indicator, facts: Facts, category: string): Entry
  category?(id: string): [Figure, Figure, Figure]
  total?(): [Figure, Figure, Figure]
  close?(): void
}

type Make = (checklist: Checklist, settings: Settings, places: Places, facts: AllFacts, result: Result) => Scheme

const figureOf = (yes: boolean | number): Figure => BigInt(Number(yes)) * ONE

const schemes: Record<Checklist['scheme'], Make> = {
  points: (_, settings, places) => ({
    line: (indicator, facts) => {
      const found = marks(indicator, facts, settings, places)
      return { ...found, words: { zh: found.zh, en: found.en } }
    },
  }),

  conformity: () => {
    const duties = new Map<string, Duty[]>()
    return {
      line: (indicator, facts, category) => {
        const found = duty(facts)
        duties.set(category, [...(duties.get(category) ?? []), found])
        const { zh, en } = STATE_WORDS[found.state]
        return {
          ...found, low: figureOf(found.worst === 2), high: figureOf(found.best === 2),
          full: figureOf(found.state !== 'not_applicable'),
          words: { zh: `${indicator.id} ${indicator.title.zh}：${zh}`, en: `${indicator.id} ${indicator.title.en}: ${en}` },
        }
      },
      category: (id) => rate(duties.get(id) ?? []),
      total: () => rate([...duties.values()].flat()),
    }
  },

  tiers: (checklist, _settings, _places, facts, result) => {
    const standings: Standing[] = []
    return {
      line: (indicator, said) => {
        const one = standingOf(checklist, indicator, said)
        standings.push(one)
        const applies = one.state !== 'not_applicable'
        return {
          state: one.state, words: wordsOf(one, said), problems: one.problems,
          low: figureOf(one.whole[0] && applies), high: figureOf(one.whole[1] && applies), full: figureOf(applies),
          unknown: one.unknown && one.state !== 'conflict',
          tiers: Object.fromEntries(Object.entries(one.allows).map(([tier, bounds]) => [tier, certainty(bounds)])),
        }
      },
      close: () => (result.tier = tiersOverall(checklist, standings, facts)),
    }
  },

  matrix: (checklist, settings, _places, facts, result) => {
    const rows: Row[] = []
    return {
      line: (indicator, said) => {
        const row = rowOf(checklist, indicator, said)
        rows.push(row)
        const top = row.applies ? (checklist.tiers ?? []).length : 0
        return {
          state: row.state, words: rowWords(row, checklist, said), problems: row.problems,
          low: figureOf(Math.min(row.low, top)), high: figureOf(Math.min(row.high, top)), full: figureOf(top),
          unknown: row.unknown && row.state !== 'conflict',
          tiers: Object.fromEntries(
            (checklist.tiers ?? []).map(({ id }, at) => [id, certainty([row.low > at, row.high > at])]),
          ),
        }
      },
      close: () => (result.tier = matrixOverall(checklist, rows, settings, facts)),
    }
  },
}
