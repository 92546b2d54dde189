/** What brings back what stood before a step. Pure: drafts the steps back; the visit writes them. */
import type { Json } from '../../core/canonical'
import { addOp, answering, heads, removeOp, setOp, value, type DraftContext, type Op, type State } from '../../core/oplog'

export type Undo = ((now: State, ctx: DraftContext) => Op[])[]

/**
 * The way back from `ops`, newest first; none for a settled conflict, whose sides cannot return, and none for arrival and
 * submission, which have screens of their own. What others have said meanwhile stands.
 */
export function inverse(before: State, ops: Op[]): Undo {
  const settles = ops.some(({ kind, target }) => kind === 'set' && heads(before, target).length > 1)
  if (settles || ops.some(({ target }) => target.startsWith('visit/'))) return []
  const added = new Set(ops.filter(({ kind }) => kind === 'add').map(({ target }) => target))
  /** What was said inside a new element leaves with it: said anew, it would hold the element there. */
  const own = ops.filter(({ kind, target }) => kind !== 'set' || !added.has(elementOf(target)))
  return own.map((op): Undo[number] => {
    if (op.kind === 'add') return (now, ctx) => (now.elements[op.target]?.live ? [removeOp(now, ctx, op.target)] : [])
    return op.kind === 'remove' ? broughtBack(before, op.target) : unsaid(before, op.target)
  }).reverse()
}

/** Drafts them all; a step back answers what the one before it takes away. */
export function stepsBack(undo: Undo, now: State, ctx: DraftContext): Op[] {
  return undo.reduce<Op[]>((ops, back) => [...ops, ...back(answering(now, ops), ctx)], [])
}

const elementOf = (field: string): string => field.slice(0, field.lastIndexOf('/'))

/** The element with every word, count and order that stood in it; sides that disagreed disagree again. */
function broughtBack(before: State, target: string): Undo[number] {
  const inside = Object.entries(before.fields).filter(([field]) => field.startsWith(`${target}/`))
  return (now, ctx) => [
    addOp(ctx, target, before.elements[target]?.value ?? null, now),
    ...inside.flatMap(([field, stood]) => stood.map((head) => setOp(now, ctx, field, head.value, []))),
  ]
}

/** What this phone said goes; where somebody else has replaced it, there is nothing to take back. */
function unsaid(before: State, target: string): Undo[number] {
  return (now, ctx) => {
    const standing = heads(now, target)
    if (!standing.some((head) => head.device === ctx.device)) return []
    const others = standing.find((head) => head.device !== ctx.device)
    const stood = heads(before, target).length ? value(before, target) : others?.value
    return [setOp(now, ctx, target, stood === undefined ? silence(before, target) : stood, [])]
  }
}

/** How a field says that nothing was said in it: what its element came with, no word, one, nothing. */
function silence(before: State, target: string): Json {
  const said = before.elements[elementOf(target)]?.value as Record<string, Json> | null | undefined
  const field = target.slice(target.lastIndexOf('/') + 1)
  return said?.[field] ?? ({ note: '', count: 1 } as Record<string, Json>)[field] ?? null
}
