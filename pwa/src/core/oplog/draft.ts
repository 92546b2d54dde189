/**
 * New ops as the phone writes them: each names what its author saw. A draft that no server would take is refused here,
 * before anything is shown as saved. Only the phone drafts; there is no twin.
 */

import { canonical, type Json } from '../canonical'
import type { Head, Kind, Op, State } from './op'
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

/**
 * Write a field over everything that stands in it. Settles a conflict, if there was one. `seen`: the ids that the author
 * had before their eyes; what came meanwhile from elsewhere stays beside the new value. Throws RefusedOp.
 */
export function setOp(state: State, ctx: DraftContext, target: string, value: Json, seen?: readonly string[]): Op {
  return draft(ctx, 'set', target, value, named(state.fields[target] ?? [], ctx, seen))
}

/**
 * Put an element there. With the state it answers the removes seen: what was removed is back, what was kept stays for
 * good, and a finding that someone else noted is confirmed.
 */
export function addOp(ctx: DraftContext, target: string, value: Json, state?: State): Op {
  return draft(ctx, 'add', target, value, state?.elements[target]?.removes ?? [])
}

/** Take an element away with all that is known (or was `seen`) of it. Throws RefusedOp when that is nothing. */
export function removeOp(state: State, ctx: DraftContext, target: string, seen?: readonly string[]): Op {
  const inside = Object.keys(state.fields).filter((field) => field.startsWith(`${target}/`))
  const known = state.elements[target] ? [target, ...inside] : []
  return draft(ctx, 'remove', target, null, known.flatMap((place) => named(heads(state, place), ctx, seen)))
}

/** Another value for an element, or none: what was `seen` of it goes, and the new one answers that. */
export function renewOps(state: State, ctx: DraftContext, target: string, value: Json, seen?: readonly string[]): Op[] {
  const gone = state.elements[target]?.live && named(heads(state, target), ctx, seen).length ? [removeOp(state, ctx, target, seen)] : []
  return value === null ? gone : [...gone, addOp(ctx, target, value, answering(state, gone))]
}

/** The state with removes that are only being drafted, so that an add in the same step answers them. */
export function answering(state: State, drafted: readonly Op[]): State {
  const elements = { ...state.elements }
  for (const { kind, target, id } of drafted) {
    const element = elements[target]
    if (kind === 'remove' && element) elements[target] = { ...element, removes: [...element.removes, id] }
  }
  return { ...state, elements }
}

/** What this phone wrote itself was seen, however new it is. */
function named(standing: Head[], ctx: DraftContext, seen?: readonly string[]): string[] {
  return standing.filter((head) => !seen || seen.includes(head.op) || head.device === ctx.device).map((head) => head.op)
}

function draft(ctx: DraftContext, kind: Kind, target: string, value: Json, over: string[]): Op {
  if (kind === 'remove' && over.length === 0) throw new RefusedOp('op.remove_blind')
  const { inspection, device, author } = ctx
  const said = { inspection, device, at: ctx.now(), kind, target, over: over.slice(0, MOST_OVER), author }
  const checked = parseOp({ ...said, id: ctx.uuid7(), seq: 1, value })
  // A plain copy: what the screen goes on editing is not what was said. A refused draft has used no number.
  return { ...checked, value: JSON.parse(canonical(checked.value)) as Json, seq: ctx.nextSeq() }
}
