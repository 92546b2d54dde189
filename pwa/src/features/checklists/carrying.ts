/** What would move to a newer version and what would stay, by row. Pure: reads what the server tells, asks nothing. */
import type { Words } from '../../core/checklist'

/** One fact that moves. `indicator` is null where it is about the visit as a whole. */
export interface Move { target: string; kind: 'set' | 'add'; indicator: string | null; value: unknown }
/** One fact that stays; several `values` where phones disagree. */
export interface Staying { target: string; indicator: string | null; values: unknown[]; reason: string; words: Words }

export type Fact = 'verdict' | 'requirement' | 'measure' | 'award' | 'note' | 'finding' | 'photo' | 'sample' | 'visit'
export interface MovingRow { indicator: string | null; facts: { fact: Fact; n: number }[] }

const ORDER: Fact[] = ['verdict', 'requirement', 'measure', 'award', 'finding', 'photo', 'sample', 'note', 'visit']

/** Rows in the order of `rows`, the visit itself last. What only describes a finding or photo is not counted apart. */
export function movingRows(moves: Move[], rows: string[]): MovingRow[] {
  const found = new Map<string | null, Map<Fact, number>>()
  for (const move of moves) {
    const fact = factOf(move)
    if (!fact) continue
    const facts = found.get(move.indicator) ?? new Map<Fact, number>()
    found.set(move.indicator, facts.set(fact, (facts.get(fact) ?? 0) + 1))
  }
  const place = (indicator: string | null) => (indicator === null ? rows.length + 1 : (rows.indexOf(indicator) + rows.length + 1) % (rows.length + 1))
  return [...found].sort(([a], [b]) => place(a) - place(b))
    .map(([indicator, facts]) => ({ indicator, facts: ORDER.filter((fact) => facts.has(fact)).map((fact) => ({ fact, n: facts.get(fact)! })) }))
}

function factOf({ target, kind }: Move): Fact | undefined {
  const [root, , field] = target.split('/')
  if (root === 'visit') return 'visit'
  if (root === 'answer') return field as Fact
  return kind === 'add' ? (root as Fact) : undefined
}

/** What stays, by row; facts of a finding stand with its row, once each. */
export function stayingRows(left: Staying[], rows: string[]): { indicator: string | null; facts: Staying[] }[] {
  const found = new Map<string | null, Staying[]>()
  for (const fact of left) found.set(fact.indicator, [...(found.get(fact.indicator) ?? []), fact])
  const place = (indicator: string | null) => (indicator === null ? Infinity : rows.indexOf(indicator))
  return [...found].sort(([a], [b]) => place(a) - place(b)).map(([indicator, facts]) => ({ indicator, facts }))
}
