/**
 * New ops as the phone writes them: each names what its author saw. A draft that no server would take is refused here,
 * before anything is shown as saved. Only the phone drafts; there is no twin.
 */

import { canonical, type Json } from '../canonical'
import type { Kind, Op, State } from './op'
import { MOST_OVER, parseOp, RefusedOp } from './parse'
import { heads } from './read'

export interface DraftContext {
  inspection: string
  device: string
  author: string
  nextSeq(): number
  /** `YYYY-MM-DDTHH:MM:SS.mmmZ`, as `Date.toISOString` writes it. */
  now(): string
  uuid7(): string
}

/** Write a field over everything that stands in it. Settles a conflict, if there was one. Throws RefusedOp. */
export function setOp(state: State, ctx: DraftContext, target: string, value: Json): Op {
  return draft(ctx, 'set', target, value, (state.fields[target] ?? []).map((head) => head.op))
}

/**
 * Put an element there. With the state it answers the removes seen: what was removed is back, what was kept stays for
 * good, and a finding that someone else noted is confirmed.
 */
export function addOp(ctx: DraftContext, target: string, value: Json, state?: State): Op {
  return draft(ctx, 'add', target, value, state?.elements[target]?.removes ?? [])
}

/** Take an element away with all that is known of it. Throws RefusedOp when nothing is known of it. */
export function removeOp(state: State, ctx: DraftContext, target: string): Op {
  const inside = Object.keys(state.fields).filter((field) => field.startsWith(`${target}/`))
  const seen = state.elements[target] ? [target, ...inside] : []
  return draft(ctx, 'remove', target, null, seen.flatMap((place) => heads(state, place).map((head) => head.op)))
}

function draft(ctx: DraftContext, kind: Kind, target: string, value: Json, over: string[]): Op {
  if (kind === 'remove' && over.length === 0) throw new RefusedOp('op.remove_blind')
  const { inspection, device, author } = ctx
  const said = { inspection, device, at: ctx.now(), kind, target, over: over.slice(0, MOST_OVER), author }
  const checked = parseOp({ ...said, id: ctx.uuid7(), seq: 1, value })
  // A plain copy: what the screen goes on editing is not what was said. A refused draft has used no number.
  return { ...checked, value: JSON.parse(canonical(checked.value)) as Json, seq: ctx.nextSeq() }
}
