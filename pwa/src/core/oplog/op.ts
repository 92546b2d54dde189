/**
 * The words of the merge: an op, and the state that a set of ops folds to. The twin of `server/mingcha/core/oplog/op.py`.
 */

import type { Json } from '../canonical'

export type Kind = 'set' | 'add' | 'remove'

/** One thing a person did, for ever. `at` is the phone's own clock and decides nothing; `over` is what it replaces. */
export interface Op {
  id: string
  inspection: string
  device: string
  seq: number
  at: string
  kind: Kind
  target: string
  value: Json
  over: string[]
  author: string
}

/** A value that no known op has replaced, and who said it. */
export interface Head {
  op: string
  value: Json
  author: string
  device: string
  at: string
}

/**
 * A finding, photo, sample or signature. `adds`: every add's op id; `heads`: the adds that still stand (all of them when
 * none does), `value` the first head's. `removes`: those that no later add has answered; `kept` = live although one is there.
 */
export interface Element {
  live: boolean
  kept: boolean
  value: Json
  adds: string[]
  removes: string[]
  heads: Head[]
}

/** `fields`: heads by target, sorted by op id, no empty lists. `held`: problem code by op id. Records have no prototype. */
export interface State {
  fields: Record<string, Head[]>
  elements: Record<string, Element>
  held: Record<string, string>
}

export interface Conflict {
  target: string
  heads: Head[]
}

export interface Contradiction {
  code: 'met_with_finding' | 'double_finding' | 'cited_photo_removed' | 'kept_element'
  about: string[]
  text: { zh: string; en: string }
}

/** The one finding in which all phones count a clause, so that two counts meet in one register. */
export const tallyId = (indicator: string, clause: string): string => `${indicator}:${clause}`

/** The one finding that says a named item is missing. */
export const itemId = (indicator: string, clause: string, item: string): string => `${indicator}:${clause}:${item}`

/** The one finding in which all phones count the faults of a drawn case under a clause. */
export const caseId = (indicator: string, clause: string, number: number): string => `${indicator}:${clause}:${number}`
