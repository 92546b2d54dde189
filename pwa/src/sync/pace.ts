/** When to sync next. Pure: the dice are passed in. */

import type { SyncReport } from './engine'

/** While somebody looks, the partner's work appears within 10 s. */
const POLL_MS = 8_000
/** On a metered line, or with the battery low: often enough to work together, a third of the questions. */
const POLL_FRUGAL_MS = 25_000
const POLL_HIDDEN_MS = 120_000
const FIRST_RETRY_MS = 1_500
/** A server that is back is noticed within a minute, though no event says so. */
const LONGEST_MS = 30_000
const LONGEST_HIDDEN_MS = 300_000

/** Ms until the next round; null = not before a person does something. `failures`: failed rounds in a row. `dice` in [0, 1). */
export function pause(report: SyncReport, failures: number, visible: boolean, dice: number, frugal = false): number | null {
  const least = (report.retry_after_s ?? 0) * 1000
  switch (report.outcome) {
    case 'barred':
    case 'stopped':
    case 'revoked':
      return null
    case 'done':
      return spread(visible ? (frugal ? POLL_FRUGAL_MS : POLL_MS) : POLL_HIDDEN_MS, dice)
    case 'elsewhere':
      return spread(2_000, dice)
    default: {
      const longest = visible ? LONGEST_MS : LONGEST_HIDDEN_MS
      return Math.max(least, spread(Math.min(longest, FIRST_RETRY_MS * 2 ** Math.min(failures, 20)), dice))
    }
  }
}

/** Half of it to all of it, so that phones do not come back all at once. */
function spread(ms: number, dice: number): number {
  return Math.round(ms * (0.5 + dice / 2))
}
