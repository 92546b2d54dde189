/** Who did how much, read from what stands in the sheet: rows that bear somebody's word, and when they last said one. Pure. */
import type { Checklist } from '../../core/checklist'
import { value, type State } from '../../core/oplog'
import { indicatorOf } from '../shared/rows'

export interface Presence { rows: number; at: string }

/** By author. Times are the phones' own: they are shown, never compared across phones. */
export function presence(state: State): Map<string, Presence> {
  const found = new Map<string, { rows: Set<string>; at: string }>()
  const heads = [...Object.entries(state.fields), ...Object.entries(state.elements).map(([target, element]) => [target, element.heads] as const)]
  for (const [target, said] of heads) {
    if (target.startsWith('review/')) continue
    const indicator = indicatorOf(state, target)
    for (const { author, at } of said) {
      const one = found.get(author) ?? { rows: new Set<string>(), at }
      if (indicator) one.rows.add(indicator)
      if (at > one.at) one.at = at
      found.set(author, one)
    }
  }
  return new Map([...found].map(([author, { rows, at }]) => [author, { rows: rows.size, at }]))
}

/** Whose each row is by the division of the work: an account, or null for both. */
export function shares(checklist: Checklist, state: State): Map<string, string | null> {
  return new Map(checklist.categories.flatMap((category) => {
    const whose = value(state, `split/${category.id}`) as string | null
    return category.groups.flatMap((group) => group.indicators.map((row): [string, string | null] => [row.id, whose]))
  }))
}
