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

const NONE: Record<string, never> = Object.freeze(record<never>())

export const NOTHING: Facts = {
  verdicts: [null], measures: NONE, awards: NONE, requirements: NONE, faults: [[]], adjustments: [null], photos: [],
  photoKinds: NONE, contested: false, metRemoves: false,
}

export function say(facts: Facts, head: 'measures' | 'awards' | 'requirements', id: string, values: Said[]): void {
  if (facts[head] === NONE) facts[head] = record()
  facts[head][id] = values
}

/** Photos with their indicator and kind, in order of their ids, each once. */
export function attach(found: AllFacts, photos: Iterable<readonly [indicator: string, photo: string, kind: Said]>): void {
  for (const [indicator, photo, kind] of photos) {
    const facts = factsAt(found, indicator)
    if (!facts.photos.length) [facts.photos, facts.photoKinds] = [[], record()]
    facts.photos.push(photo)
    if (kind) facts.photoKinds[kind] = (facts.photoKinds[kind] ?? 0) + 1
  }
}

export function factsAt(found: AllFacts, indicator: string): Facts {
  let facts = found.get(indicator)
  if (!facts) found.set(indicator, (facts = { ...NOTHING }))
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
