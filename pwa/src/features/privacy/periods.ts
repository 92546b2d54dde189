/** Periods as an administrator types them: days by kind of photo, nothing typed meaning without end. Pure. The limits are the
 * server's (`core/retention.py`), which checks them again. */

export type Periods = Record<string, number | null>
export interface Change { kind: string; before: number | null; after: number | null }
export const FEWEST_DAYS = 30
export const MOST_DAYS = 36_500

/** The days; null for without end; undefined where it cannot be read. */
export function daysOf(typed: string): number | null | undefined {
  const plain = typed.trim()
  if (!plain) return null
  const days = /^\d{1,5}$/.test(plain) ? Number(plain) : NaN
  return days >= FEWEST_DAYS && days <= MOST_DAYS ? days : undefined
}

export const typedOf = (periods: Periods): Record<string, string> => Object.fromEntries(Object.entries(periods).map(([kind, days]) => [kind, days === null ? '' : String(days)]))

/** What would be different; undefined while something cannot be read. */
export function changesOf(periods: Periods, typed: Record<string, string>): Change[] | undefined {
  const all = Object.entries(periods).map(([kind, before]) => ({ kind, before, after: daysOf(typed[kind] ?? '') }))
  if (all.some(({ after }) => after === undefined)) return undefined
  return (all as Change[]).filter(({ before, after }) => before !== after)
}

/** Whether photos may go that would have stayed. */
export const shortens = ({ before, after }: Change): boolean => after !== null && (before === null || after < before)
