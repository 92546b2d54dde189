/** What became of each op that a phone sent: the one word it gets back. Twin: `server/mingcha/core/oplog/outcomes.py`. */

import { canonical, type Json } from '../canonical'
import { fold } from './fold'
import type { Op, State } from './op'
import { conflicts } from './read'

/**
 * By op id, after the whole batch is in, whatever its order. `applied`: it stands, or later work that knew it replaced it;
 * `merged`: it met others' work and there is nothing to choose; `conflict`: it stands beside a value that disagrees;
 * `duplicate`: the log has it already; else the code under which it is held.
 */
export function outcomes(before: Iterable<Op>, batch: Op[]): Record<string, string> {
  const earlier = new Map([...before].map((op) => [op.id, op]))
  const state = fold([...earlier.values(), ...batch.filter((op) => !earlier.has(op.id))])
  const disputed = new Set(conflicts(state).flatMap((conflict) => conflict.heads.map((head) => head.op)))
  const replaced = new Set(batch.filter((op) => !state.held[op.id]).flatMap((op) => op.over))
  return Object.fromEntries(batch.map((op) => [op.id, outcome(op, earlier.get(op.id), state, disputed, replaced)]))
}

function outcome(op: Op, known: Op | undefined, state: State, disputed: Set<string>, replaced: Set<string>): string {
  if (known) return textOf(known) === textOf(op) ? 'duplicate' : 'op.id_reused'
  const held = state.held[op.id]
  if (held) return held
  if (disputed.has(op.id)) return 'conflict'
  return metOthers(op, state, replaced) ? 'merged' : 'applied'
}

/** Whether another's op, unseen by this one, touched the same thing. */
function metOthers(op: Op, state: State, replaced: Set<string>): boolean {
  if (op.kind === 'set') {
    const standing = state.fields[op.target] ?? []
    if (!standing.some((head) => head.op === op.id)) return !replaced.has(op.id)
    return standing.length > 1 || (state.elements[op.target.slice(0, op.target.lastIndexOf('/'))]?.kept ?? false)
  }
  const element = state.elements[op.target]
  if (!element) return false
  if (op.kind === 'remove') return element.live
  if (!element.live) return !replaced.has(op.id)
  return element.kept || element.heads.length > 1
}

const textOf = (op: Op): string => canonical(op as unknown as Json)
