/**
 * What a set of ops amounts to: a pure function of the set, blind to order, grouping, repetition and clocks.
 *
 * A field keeps every value that no op has replaced by name. An element stays while anything of it stands that no remove
 * has named. An op that names what it may not is held and has no effect. The twin of `server/mingcha/core/oplog/fold.py`.
 */

import { canonical, type Json } from '../canonical'
import { inACircle } from './cycles'
import type { Element, Head, Op, State } from './op'

/** The state of one inspection. Linear in ops and the ids they name (and one sort by id). */
export function fold(ops: Iterable<Op>): State {
  const known = once(ops)
  const ordered = [...known.keys()].sort().map((id) => known.get(id)!)
  const held = heldBy(ordered, known)
  const gone = new Set<string>()
  const answered = new Set<string>()
  for (const op of ordered) {
    if (held[op.id] !== undefined) continue
    for (const id of op.over) (op.kind === 'add' ? answered : gone).add(id)
  }

  const fields: Record<string, Head[]> = Object.create(null)
  const adds = new Map<string, Op[]>()
  const removes = new Map<string, string[]>()
  for (const op of ordered) {
    if (held[op.id] !== undefined) continue
    if (op.kind === 'set') {
      if (!gone.has(op.id)) (fields[op.target] ??= []).push(headOf(op))
    } else if (op.kind === 'add') {
      into(adds, op.target, op)
    } else if (!answered.has(op.id)) {
      into(removes, op.target, op.id)
    }
  }

  const edited = new Set(Object.keys(fields).map((target) => target.slice(0, Math.max(0, target.lastIndexOf('/')))))
  const elements: Record<string, Element> = Object.create(null)
  for (const [target, added] of adds) {
    elements[target] = elementOf(added, removes.get(target) ?? [], gone, edited.has(target))
  }
  return { fields, elements, held }
}

/** Each id once. Two payloads under one id are the caller's alarm; here the choice is only the same everywhere. */
function once(ops: Iterable<Op>): Map<string, Op> {
  const known = new Map<string, Op>()
  for (const op of ops) {
    const other = known.get(op.id)
    if (other === undefined || (other !== op && textOf(op) < textOf(other))) known.set(op.id, op)
  }
  return known
}

const textOf = (op: Op): string => canonical(op as unknown as Json)

/** Ops that name what they may not. An id that is not known yet is judged when it arrives. */
function heldBy(ordered: Op[], known: Map<string, Op>): Record<string, string> {
  const held: Record<string, string> = Object.create(null)
  const suspects = new Set<string>()
  for (const op of ordered) {
    for (const id of op.over) {
      const other = known.get(id)
      if (other === undefined) continue
      if (!mayName(op, other)) {
        held[op.id] = 'op.over_foreign'
        break
      }
      if (id >= op.id && op.kind === 'set') suspects.add(op.target) // a clock behind, or a circle
    }
  }
  if (suspects.size) {
    const names = ordered.filter((op) => suspects.has(op.target) && held[op.id] === undefined)
    for (const id of inACircle(new Map(names.map((op) => [op.id, op.over])))) held[id] = 'op.over_circle'
  }
  return held
}

/** A set names sets of its field; a remove anything of its element; an add the removes it answers. */
function mayName(op: Op, other: Op): boolean {
  if (op.kind === 'set') return op.target === other.target
  if (op.kind === 'remove') return op.target === other.target || other.target.startsWith(`${op.target}/`)
  return op.target === other.target && other.kind === 'remove'
}

function elementOf(added: Op[], removes: string[], gone: Set<string>, edited: boolean): Element {
  const standing = added.filter((op) => !gone.has(op.id))
  const live = edited || standing.length > 0
  const heads = (standing.length ? standing : added).map(headOf)
  return { live, kept: live && removes.length > 0, value: heads[0]!.value, adds: added.map((op) => op.id), removes, heads }
}

function headOf({ id, value, author, device, at }: Op): Head {
  return { op: id, value, author, device, at }
}

function into<T>(groups: Map<string, T[]>, key: string, item: T): void {
  const group = groups.get(key)
  if (group) group.push(item)
  else groups.set(key, [item])
}
