/** What screens show beside the score: two exact sums, and how each clause's marks come about. */
import Big from 'big.js'
import { say } from '../../i18n'
import type { Line, Result } from '../../core/scoring'

export const lost = (result: Result): string => new Big(result.full).minus(result.high).toFixed()
export const answered = (result: Result): number => result.lines.length - result.open.length

const GIVES = new Set(['judge', 'award', 'rank'])

/** "4 × 0.2 = 0.8", a line per clause that took or gave something; the row's own words where no clause did. */
export function workings(line: Line): string[] {
  const clauses = line.clauses.filter((clause) => GIVES.has(clause.kind) || Number(clause.high) > 0).map((clause) => say(clause.working)).filter(Boolean)
  return clauses.length ? clauses : [say(line.working)].filter(Boolean)
}
