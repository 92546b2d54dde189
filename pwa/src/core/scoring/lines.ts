/**
 * The line of one indicator in each scheme, with what the whole needs of it. A tap changes one row, so the last line of
 * every row is kept with what was said then; a row of which the same is said again is not worked out again. Results
 * therefore share lines, and a result is never changed.
 */

import type { Checklist, Indicator, Words } from '../checklist'
import type { Places } from './clauses'
import { duty, STATE_WORDS, type Duty } from './conformity'
import type { Facts } from './facts'
import { ONE, shown, type Figure } from './figures'
import { rowOf, rowWords, type Row } from './matrix'
import { marks } from './points'
import type { Certainty, ClauseLine, Line, LineState, MissingEvidence, ScoreProblem } from './result'
import { certainty, standingOf, wordsOf, type Standing } from './tiers'

/** What stays the same for all lines of a result. `key` says all of it but the checklist. */
export interface Ground {
  checklist: Checklist
  settings: Readonly<Record<string, string>>
  places: Places
  key: string
}

/** `part`: what the scheme's total reads. */
export interface Entry {
  line: Line
  low: Figure
  high: Figure
  full: Figure
  unknown: boolean
  provisional: boolean
  problems: ScoreProblem[]
  part: Duty | Standing | Row | null
}

const kept = new WeakMap<Indicator, { key: string; entry: Entry }>()

export function entryOf(ground: Ground, indicator: Indicator, facts: Facts): Entry {
  const key = ground.key + JSON.stringify(facts)
  const last = kept.get(indicator)
  if (last?.key === key) return last.entry
  const entry = finished(indicator, facts, lineOf[ground.checklist.scheme](ground, indicator, facts))
  kept.set(indicator, { key, entry })
  return entry
}

interface Made {
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
  part?: Entry['part']
}

function finished(indicator: Indicator, facts: Facts, made: Made): Entry {
  const { state, words, low, high, full, unknown, provisional = false, problems = [], part = null } = made
  const line: Line = {
    indicator: indicator.id, state, full: shown(full), low: shown(low), high: shown(high), taken: shown(full - high), working: words,
    clauses: made.clauses ?? [], tiers: made.tiers ?? null, photos: [...facts.photos],
    missing: missingOf(indicator, facts, state, high < full || facts.faults.some((faults) => faults.length)),
  }
  return { line, low, high, full, unknown, provisional, problems, part }
}

/** Nothing is wanted where nothing applies, nor before anyone has answered (that is listed as open). */
function missingOf(indicator: Indicator, facts: Facts, state: LineState, deducted: boolean): MissingEvidence[] {
  if (state === 'not_applicable' || (state === 'open' && !deducted)) return []
  return indicator.evidence
    .filter(({ when }) => when === 'always' || deducted)
    .map(({ kind, min }) => ({ kind, have: facts.photoKinds[kind] ?? 0, want: min }))
    .filter(({ have, want }) => have < want)
}

const figureOf = (yes: boolean | number): Figure => BigInt(Number(yes)) * ONE

const lineOf: Record<Checklist['scheme'], (ground: Ground, indicator: Indicator, facts: Facts) => Made> = {
  points: ({ settings, places }, indicator, facts) => {
    const found = marks(indicator, facts, settings, places)
    return { ...found, words: { zh: found.zh, en: found.en } }
  },

  conformity: (_, indicator, facts) => {
    const found = duty(facts)
    const { zh, en } = STATE_WORDS[found.state]
    return {
      state: found.state, unknown: found.unknown, part: found,
      low: figureOf(found.worst === 2), high: figureOf(found.best === 2), full: figureOf(found.state !== 'not_applicable'),
      words: { zh: `${indicator.id} ${indicator.title.zh}：${zh}`, en: `${indicator.id} ${indicator.title.en}: ${en}` },
    }
  },

  tiers: ({ checklist }, indicator, facts) => {
    const one = standingOf(checklist, indicator, facts)
    const applies = one.state !== 'not_applicable'
    return {
      state: one.state, words: wordsOf(one, facts), problems: one.problems, part: one,
      low: figureOf(one.counts[0]), high: figureOf(one.counts[1]), full: figureOf(applies),
      unknown: one.unknown && one.state !== 'conflict',
      tiers: Object.fromEntries(Object.entries(one.allows).map(([tier, bounds]) => [tier, certainty(bounds)])),
    }
  },

  matrix: ({ checklist }, indicator, facts) => {
    const row = rowOf(checklist, indicator, facts)
    const tiers = checklist.tiers ?? []
    const top = row.applies ? tiers.length : 0
    return {
      state: row.state, words: rowWords(row, checklist, facts), problems: row.problems, part: row,
      low: figureOf(row.counts[0]), high: figureOf(row.counts[1]), full: figureOf(top),
      unknown: row.unknown && row.state !== 'conflict',
      tiers: Object.fromEntries(tiers.map(({ id }, at) => [id, certainty([row.low > at, row.high > at])])),
    }
  },
}
