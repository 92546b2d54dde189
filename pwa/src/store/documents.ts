/**
 * The ops of one inspection on this phone. `write` is the only way in: op, outbox row and counter in one strict transaction,
 * so what a screen calls saved survives the next instant, and is sent exactly as it was saved.
 */

import { fold, type DraftContext, type Op, type State } from '../core/oplog'
import { timestamp, uuid7 } from './clock'
import { metaValue, setMeta, type OpRow, type OutboxRow, type Tables, type UserDb } from './db'
import { nudge } from './nudge'
import { deviceId } from './shared'

/** What a draft needs to become an op. Valid only inside the `write` that gave it. */
export type Pen = DraftContext

export interface Document {
  /** Every op that has effect here; held ones are apart. */
  ops: Op[]
  state: State
  /** Ids of own ops that the server has not acknowledged. */
  mine: Set<string>
  /** Own ops that the server holds for a person: not part of `state`. */
  held: { op: Op; code: string }[]
}

/**
 * Held only because the visit is not (or no longer, or not yet) this person's at the server: on their own phone it stands.
 */
export const FOREIGN: ReadonlySet<string> = new Set(['not_found', 'join.waiting', 'join.refused'])

/** Within a transaction over outbox and photos: the visit is this person's now; what was not taken for that alone goes once more. */
export async function offerForeign(db: Tables, inspection: string): Promise<void> {
  await db.outbox.where({ inspection }).filter((row) => row.state === 'held' && FOREIGN.has(row.code ?? '')).modify((row) => {
    row.state = 'waiting'
    delete row.code
  })
  await db.photos.where({ inspection }).filter((photo) => photo.mine && FOREIGN.has(photo.code ?? '')).modify((photo) => { delete photo.code })
}

/** The same set of ops gives the same `state` object, so that nothing that follows from it is worked out again. */
export function readState(db: UserDb, inspection: string): Promise<Document> {
  return db.transaction('r', ['ops', 'outbox'], (tables) => documentNow(tables, inspection))
}

/**
 * Saves the ops that `make` drafts from the newest state; resolves only when they are durable. Nothing is saved if `make` throws.
 * `make` must not await: an IndexedDB transaction ends when it is left alone.
 */
export async function write(db: UserDb, inspection: string, make: (state: State, pen: Pen) => Op[]): Promise<Op[]> {
  const device = await deviceName(db)
  const written = await db.transaction('rw', ['ops', 'outbox', 'meta'], (tables) => writeInside(tables, inspection, device, make))
  if (written.length) nudge()
  return written
}

/** `write` within a transaction that the caller opened over ops, outbox and meta. */
export async function writeInside(
  db: Tables,
  inspection: string,
  device: string,
  make: (state: State, pen: Pen) => Op[],
): Promise<Op[]> {
  const [document, counted] = await Promise.all([documentNow(db, inspection), metaValue<number>(db, 'seq')])
  let seq = counted ?? 0
  const pen: Pen = { inspection, device, author: db.userId, nextSeq: () => ++seq, now: () => timestamp(), uuid7 }
  const ops = make(document.state, pen)
  if (!ops.length) return ops
  await db.ops.bulkAdd(ops)
  await db.outbox.bulkAdd(ops.map(waiting))
  await setMeta(db, 'seq', seq)
  return ops
}

/**
 * The name under which this user writes on this phone. Two users of one phone count their ops apart, so each has a name of
 * its own: the phone's, and the end of the user's id (the beginning may be a time that two accounts share).
 */
export async function deviceName(db: UserDb): Promise<string> {
  return `${await deviceId()}-${db.userId.replace(/[^0-9a-z]/g, '').slice(-12)}`
}

export function waiting(op: Op): OutboxRow {
  return { id: op.id, inspection: op.inspection, seq: op.seq, state: 'waiting' }
}

/** An op as the wire knows it, without what only this phone notes beside it. */
export function opOf(row: OpRow): Op {
  const { id, inspection, device, seq, at, kind, target, value, over, author } = row
  return { id, inspection, device, seq, at, kind, target, value, over, author }
}

/** What was folded last of each inspection; a step read once is not read again, as ops never change. */
interface Folded {
  ops: Map<string, Op>
  /** Which of them stood apart. */
  apart: string
  state: State
}

const folded = new Map<string, Folded>()
/** Today's visits; older ones are folded again when they are opened. */
const MOST_FOLDED = 8

/** Within a transaction over ops and outbox: reads the ids, fetches the new ops alone, folds only if the set is another. */
async function documentNow(db: Tables, inspection: string): Promise<Document> {
  const place = `${db.userId}/${inspection}`
  const known = folded.get(place)
  const [ids, unsent] = await Promise.all([
    db.ops.where({ inspection }).primaryKeys(),
    db.outbox.where({ inspection }).toArray(),
  ])
  const fresh = await db.ops.bulkGet(ids.filter((id) => !known?.ops.has(id)))
  const found = new Map(fresh.flatMap((row) => (row ? [[row.id, opOf(row)] as const] : [])))
  const ops = new Map(ids.flatMap((id) => {
    const op = known?.ops.get(id) ?? found.get(id)
    return op ? [[id, op] as const] : []
  }))
  const codes = new Map(unsent.filter((row) => row.state === 'held').map((row) => [row.id, row.code ?? 'held']))
  const isApart = (id: string): boolean => codes.has(id) && !FOREIGN.has(codes.get(id)!)
  const all = [...ops.values()]
  const standing = all.filter((op) => !isApart(op.id))
  const apart = all.filter((op) => isApart(op.id)).map((op) => op.id).join()
  const same = known !== undefined && found.size === 0 && known.ops.size === ops.size && known.apart === apart
  const state = same ? known.state : fold(standing)
  folded.delete(place)
  folded.set(place, { ops, apart, state })
  if (folded.size > MOST_FOLDED) folded.delete(folded.keys().next().value!)
  return {
    ops: standing,
    state,
    mine: new Set(unsent.map((row) => row.id)),
    held: all.filter((op) => codes.has(op.id)).map((op) => ({ op, code: codes.get(op.id)! })),
  }
}

/** Nothing is remembered of any inspection: the database was closed, or belongs to a test that is over. */
export function forgetFolded(): void {
  folded.clear()
}
