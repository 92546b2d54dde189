/**
 * The shape of a result: what a reader, a screen and the twin in Python all see. Every figure is a decimal string.
 * The twin of `server/mingcha/core/scoring/result.py`.
 */

import type { Scheme, Words } from '../checklist'

/** Raised when the same sheet would score otherwise than before. */
export const ENGINE = 1

export interface Result {
  engine: number
  checklist: { slug: string; version: string; digest: string }
  scheme: Scheme
  /** Every reading in force. */
  settings: Record<string, string>
  /** Everything is answered and nothing is in conflict. Places of a campaign may still be open (`provisional`). */
  complete: boolean
  /** points: marks. conformity: rate in %, full "100" ("0": nothing applies). tiers: indicators met. matrix: sum of row tiers. */
  low: string
  high: string
  full: string
  /** Indicators that still want an answer. */
  open: string[]
  /** Indicators whose marks wait for the campaign's places. */
  provisional: string[]
  missing_evidence: (MissingEvidence & { indicator: string })[]
  lines: Line[]
  categories: { id: string; low: string; high: string; full: string }[]
  /** tiers and matrix only */
  tier: TierResult | null
  problems: ScoreProblem[]
}

export type LineState = 'met' | 'lost' | 'open' | 'not_applicable' | 'conflict'

export interface Line {
  indicator: string
  state: LineState
  full: string
  low: string
  high: string
  /** What is surely lost: full − high. */
  taken: string
  working: Words
  clauses: ClauseLine[]
  /** tiers and matrix only: does this indicator allow the tier? */
  tiers: Record<string, Certainty> | null
  photos: string[]
  missing: MissingEvidence[]
}

export type Certainty = 'yes' | 'no' | 'unknown'

/** `low`, `high`: marks taken; for judge, award and rank marks given. */
export interface ClauseLine {
  clause: string
  kind: string
  low: string
  high: string
  working: Words
  findings: string[]
}

export interface MissingEvidence {
  kind: string
  have: number
  want: number
}

/** `measure` names the measure, clause or requirement concerned. */
export interface ScoreProblem {
  indicator: string
  measure: string | null
  code: string
}

export interface TierResult {
  /** The highest tier that is certain, and the highest still possible; null is none. */
  reached: string | null
  possible: string | null
  next: string | null
  /** What keeps this centre from `next`. */
  standing_between: { indicator: string; requirement: string | null; why: Words }[]
  per_tier: { tier: string; state: Certainty; met: number; of: number }[]
}
