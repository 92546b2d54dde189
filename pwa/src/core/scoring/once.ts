/**
 * One item that several lists of one row name is one fact, deducted once: under the list where it costs most.
 * The twin of `server/mingcha/core/scoring/once.py`, which explains.
 */

import type { Clause, Indicator } from '../checklist'
import { remainders, type Fault } from './facts'
import { figure } from './figures'

/** By clause: how many items it counts, at least and at most. */
export type Listed = ReadonlyMap<string, readonly [fewest: number, most: number]>

type List = Extract<Clause, { kind: 'missing' }>

const NONE: Listed = new Map()

const place = ({ clause, item }: Fault): string => `${clause}/${item}`

/** Empty where no two lists name one item: then each counts alone. */
export function listed({ clauses }: Indicator, faults: Fault[]): Listed {
  if (faults.length < 2) return NONE
  const lists = (clauses ?? []).filter((clause): clause is List => clause.kind === 'missing' && clause.cap === undefined)
  if (lists.length < 2) return NONE
  const ours = faults.filter((fault) => lists.some(({ id }) => id === fault.clause))
  const named = ours.filter(({ item }) => item)
  if (new Set(named.map(({ item }) => item)).size === new Set(named.map(place)).size) return NONE
  const ways = remainders(ours).map((left) => ({ left, places: new Set(left.filter(({ item }) => item).map(place)) }))
  const hosts = new Map<string, List[]>()
  for (const { item } of named) {
    const doubtful = ({ id }: List) => Number(!ways.every(({ places }) => places.has(`${id}/${item}`)))
    hosts.set(item!, [...lists].sort((a, b) => Number(figure(b.per) - figure(a.per)) || doubtful(a) - doubtful(b)))
  }
  const most = countsOf(lists, hosts, ours)
  const cost = (counts: number[]) => lists.reduce((sum, { per }, at) => sum + figure(per) * BigInt(counts[at]!), 0n)
  const fewest = ways.map(({ left }) => countsOf(lists, hosts, left)).reduce((a, b) => (cost(b) < cost(a) ? b : a))
  return new Map(lists.map(({ id }, at) => [id, [Math.min(fewest[at]!, most[at]!), most[at]!]]))
}

/** A finding without an item is an item of its own. */
function countsOf(lists: List[], hosts: ReadonlyMap<string, List[]>, left: Fault[]): number[] {
  const places = new Set(left.filter(({ item }) => item).map(place))
  const counts = new Map(lists.map(({ id }) => [id, left.filter(({ clause, item }) => clause === id && !item).length]))
  for (const item of new Set(left.flatMap((fault) => fault.item || []))) {
    const { id } = hosts.get(item)!.find((list) => places.has(`${list.id}/${item}`))!
    counts.set(id, counts.get(id)! + 1)
  }
  return lists.map(({ id, items }) => Math.min(counts.get(id)!, items.length))
}
