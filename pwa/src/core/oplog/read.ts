/** Questions to a folded state: which values stand, whether they agree, where people must decide. */

import { canonical, type Json } from '../canonical'
import type { Conflict, Head, State } from './op'

/** Fields where two values say the same thing though they differ: both phones noted the arrival, or pressed submit. */
const SAYS_WHETHER = new Set(['visit/arrived', 'visit/submitted'])

/** Who looks at which part, in which order pictures lie, what was answered to a comment: no facts of the sheet. Two that
 * differ hold nothing up. */
const ARRANGES = /^(split\/.*|photo\/[^/]*\/order|answer\/[^/]*\/reply)$/

/** The values that stand in a field (or the standing adds of an element), sorted by op id. */
export function heads(state: State, target: string): Head[] {
  return state.elements[target]?.heads ?? state.fields[target] ?? []
}

/** The settled value; null when nothing was said or the heads disagree. Where they agree: the smallest op id's. */
export function value(state: State, target: string): Json {
  const found = heads(state, target)
  return found.length && agree(target, found) ? found[0]!.value : null
}

/** Whether the heads say one thing, so that nobody needs to choose. */
export function agree(target: string, found: Head[]): boolean {
  if (found.length < 2) return true
  const says = SAYS_WHETHER.has(target) ? (v: Json) => String(v === null) : canonical
  const first = says(found[0]!.value)
  return found.every((head) => says(head.value) === first)
}

/** Fields and elements whose heads disagree, by target. What belongs to no known element waits for its add. */
export function conflicts(state: State): Conflict[] {
  const fields = Object.entries(state.fields).filter(([target]) => shown(state, target))
  const elements = Object.entries(state.elements).filter(([, element]) => element.live)
  return [...fields, ...elements.map(([target, element]): [string, Head[]] => [target, element.heads])]
    .filter(([target, found]) => !agree(target, found))
    .map(([target, found]) => ({ target, heads: found }))
    .sort((a, b) => (a.target < b.target ? -1 : 1))
}

function shown(state: State, target: string): boolean {
  if (ARRANGES.test(target)) return false
  const [kind, id] = target.split('/')
  return (kind !== 'finding' && kind !== 'photo') || `${kind}/${id}` in state.elements
}
