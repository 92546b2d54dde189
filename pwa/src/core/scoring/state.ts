/**
 * Facts from a folded state: settled fields stand alone, conflicts leave every value, contradictions leave findings that
 * may go. The twin of `server/mingcha/core/scoring/state.py`.
 */

import { canonical, type Json } from '../canonical'
import type { Checklist } from '../checklist'
import { agree, contradictions, heads, type Element, type State } from '../oplog'
import { attach, factsAt, say, type AllFacts, type Fault, type Said } from './facts'

/** Beyond this many ways to settle what findings *are*, each contested finding counts as it is in its first add. */
const MOST_IDENTITIES = 256

interface Identity {
  indicator: string
  clause: Said
  item: Said
  case: number | null
}

/** Facts by indicator, with everything that is still open in them. */
export function factsOfState(state: State, checklist: Checklist): AllFacts {
  const found: AllFacts = new Map()
  answersInto(found, state)
  const { near, stale } = doubts(state, checklist)
  findingsInto(found, state, near)
  photosInto(found, state)
  for (const indicator of stale) factsAt(found, indicator).contested = true
  return found
}

const KINDS = { measure: 'measures', award: 'awards', requirement: 'requirements' } as const

function answersInto(found: AllFacts, state: State): void {
  for (const [target, standing] of Object.entries(state.fields)) {
    const [kind, first = '', second = '', third = ''] = target.split('/')
    const values = distinct(standing.map((head) => head.value))
    let indicator = first
    if (kind === 'answer' && second === 'verdict') factsAt(found, first).verdicts = values as Said[]
    else if (kind === 'answer' && second in KINDS) say(factsAt(found, first), KINDS[second as keyof typeof KINDS], third, values as Said[])
    else if (kind === 'review' && first === 'adjust') factsAt(found, (indicator = second)).adjustments = values as never
    else {
      if (kind === 'answer') factsAt(found, first)
      continue
    }
    if (values.length > 1) factsAt(found, indicator).contested = true
  }
}

/** Each value once, null first, then by canonical text. */
function distinct(values: Json[]): Json[] {
  if (values.length === 1) return values
  const seen = new Map(values.map((value) => [canonical(value), value]))
  return [...seen].sort(([a, x], [b, y]) => Number(x !== null) - Number(y !== null) || (a < b ? -1 : 1)).map(([, value]) => value)
}

/** Which findings look like which others, and the indicators that a contradiction about findings concerns. */
function doubts(state: State, checklist: Checklist): { near: Map<string, string[]>; stale: Set<string> } {
  const near = new Map<string, string[]>()
  const stale = new Set<string>()
  const link = (one: string, other: string) => near.set(one, [...(near.get(one) ?? []), other])
  for (const { code, about } of contradictions(state, checklist)) {
    if (code === 'double_finding') {
      const [one = '', other = ''] = about.map((target) => target.slice('finding/'.length))
      link(one, other)
      link(other, one)
    }
    if (code === 'met_with_finding') {
      stale.add(about[0]!.split('/')[1]!)
    } else if (code !== 'cited_photo_removed') {
      for (const target of about) {
        if (!target.startsWith('finding/')) continue
        for (const head of heads(state, target)) stale.add((head.value as unknown as Identity).indicator)
      }
    }
  }
  return { near, stale }
}

const liveOf = (state: State, kind: string): [string, string, Element][] =>
  Object.keys(state.elements)
    .filter((target) => target.startsWith(kind) && state.elements[target]!.live)
    .sort()
    .map((target) => [target, target.slice(kind.length), state.elements[target]!])

function findingsInto(found: AllFacts, state: State, near: Map<string, string[]>): void {
  const ways = new Map<string, (Fault | null)[][]>()
  for (const [target, id, element] of liveOf(state, 'finding/')) {
    const counts = (state.fields[`${target}/count`] ?? []).map((head) => head.value as number)
    if (!counts.length) counts.push(1)
    const settled = agree(target, element.heads)
    const identities = element.heads.map((head) => head.value as unknown as Identity).slice(0, settled ? 1 : undefined)
    for (const indicator of [...new Set(identities.map((identity) => identity.indicator))].sort()) {
      const choices = new Map<string, Fault | null>()
      for (const { indicator: at, clause, item, case: case_ } of identities) {
        const fault: Fault | null = at !== indicator ? null : {
          id, clause, item, case: case_, fewest: Math.min(...counts), most: Math.max(...counts), removable: element.kept,
          near: near.get(id) ?? [],
        }
        const key = JSON.stringify(fault)
        if (!choices.has(key)) choices.set(key, fault)
      }
      const each = ways.get(indicator) ?? []
      ways.set(indicator, [...each, [...choices.values()]])
      if (!settled || new Set(counts).size > 1) factsAt(found, indicator).contested = true
    }
  }
  for (const [indicator, each] of ways) {
    const size = each.reduce((product, choices) => product * choices.length, 1)
    const taken = size > MOST_IDENTITIES ? each.map((choices) => choices.slice(0, 1)) : each
    let lists: Fault[][] = [[]]
    for (const choices of taken) lists = lists.flatMap((list) => choices.map((fault) => (fault ? [...list, fault] : list)))
    Object.assign(factsAt(found, indicator), { faults: lists, metRemoves: true })
  }
}

function photosInto(found: AllFacts, state: State): void {
  attach(found, liveOf(state, 'photo/').flatMap(([target, id, element]) => {
    const added = element.value as Record<string, Said>
    /** The settled value of a field that corrects the add; while it is contested, its first head. */
    const said = (name: string): Said => {
      const standing = state.fields[`${target}/${name}`]
      return standing ? (standing[0]!.value as Said) : (added[name] ?? null)
    }
    const finding = said('finding')
    const shown = finding ? state.elements[`finding/${finding}`] : undefined
    const indicator = said('indicator') || (shown && (shown.value as unknown as Identity).indicator)
    return indicator ? [[indicator, id, said('kind')] as const] : []
  }))
}
