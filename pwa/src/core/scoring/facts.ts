/**
 * What an inspection says about each indicator: for every question the answers that still stand.
 * The twin of `server/mingcha/core/scoring/facts.py`, which explains.
 */

/** Beyond this many ways to settle a clump of look-alike findings only its smallest is counted as sure. */
const MOST_WAYS = 4096

export type Said = string | null

export interface Adjustment {
  points: string
  reason?: string | null
}

/** One finding. `near`: those that look like the same fault; of two such, one may be taken away, never both. */
export interface Fault {
  id: string
  clause: Said
  item: Said
  case: number | null
  fewest: number
  most: number
  removable: boolean
  near: readonly string[]
}

export interface Facts {
  verdicts: Said[]
  measures: Record<string, Said[]>
  awards: Record<string, Said[]>
  requirements: Record<string, Said[]>
  /** One list per way in which conflicts about what a finding *is* may be settled; nearly always one. */
  faults: Fault[][]
  adjustments: (Adjustment | null)[]
  photos: string[]
  photoKinds: Record<string, number>
  contested: boolean
  /** Nobody has settled this yet: whoever chooses the verdict "met" beside findings takes the findings away. */
  metRemoves: boolean
}

export type AllFacts = Map<string, Facts>

/** Any id may be a key, "__proto__" too. */
const record = <T>(): Record<string, T> => Object.create(null) as Record<string, T>

export const noFacts = (): Facts => ({
  verdicts: [null], measures: record(), awards: record(), requirements: record(), faults: [[]], adjustments: [null], photos: [],
  photoKinds: record(), contested: false, metRemoves: false,
})

export const NOTHING = noFacts()

export function factsAt(found: AllFacts, indicator: string): Facts {
  let facts = found.get(indicator)
  if (!facts) found.set(indicator, (facts = noFacts()))
  return facts
}

/** The smallest sets of findings that may be left of these when every open question about them is settled. */
export function remainders(faults: Fault[]): Fault[][] {
  const sure = (each: Fault[]) => each.filter((fault) => !fault.removable)
  if (!faults.some((fault) => fault.near.length)) return [sure(faults)]
  const here = new Set(faults.map((fault) => fault.id))
  const clumped = (fault: Fault) => fault.near.some((id) => here.has(id))
  const alone = sure(faults.filter((fault) => !clumped(fault)))
  const clump = faults.filter(clumped)
  const ways = independent(clump) ?? [
    [clump.reduce((a, b) => (b.fewest < a.fewest || (b.fewest === a.fewest && b.id < a.id) ? b : a))],
  ]
  return ways.map((way) => [...alone, ...sure(way)])
}

/** Every set that holds no two look-alikes and lacks none that it could hold; undefined if there are too many. */
function independent(clump: Fault[]): Fault[][] | undefined {
  const found: Fault[][] = []
  const stack: [Fault[], Fault[], Fault[]][] = [[[], clump, []]]
  for (let steps = 0; stack.length; ) {
    if (++steps > MOST_WAYS) return undefined
    const [chosen, open, out] = stack.pop()!
    const [first, ...rest] = open
    if (!first) {
      if (out.every((left) => chosen.some((one) => one.near.includes(left.id)))) found.push(chosen)
      continue
    }
    const near = rest.filter((fault) => first.near.includes(fault.id))
    stack.push([[...chosen, first], rest.filter((fault) => !near.includes(fault)), [...out, ...near]])
    if (first.near.length) stack.push([chosen, rest, [...out, first]])
  }
  return found
}

export const mayBeGone = (faults: Fault[]): boolean => remainders(faults).some((left) => !left.length)
