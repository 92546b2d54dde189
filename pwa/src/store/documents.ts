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

export function readState(db: UserDb, inspection: string): Promise<Document> {
  return db.transaction('r', ['ops', 'outbox'], async (tables) => {
    const [rows, unsent] = await Promise.all([opsOf(tables, inspection), tables.outbox.where({ inspection }).toArray()])
    return documentOf(rows, unsent)
  })
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
  const [rows, unsent, counted] = await Promise.all([
    opsOf(db, inspection),
    db.outbox.where({ inspection }).toArray(),
    metaValue<number>(db, 'seq'),
  ])
  let seq = counted ?? 0
  const pen: Pen = { inspection, device, author: db.userId, nextSeq: () => ++seq, now: () => timestamp(), uuid7 }
  const ops = make(documentOf(rows, unsent).state, pen)
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

function opsOf(db: Tables, inspection: string): Promise<OpRow[]> {
  return db.ops.where({ inspection }).toArray()
}

function documentOf(rows: OpRow[], unsent: OutboxRow[]): Document {
  const codes = new Map(unsent.filter((row) => row.state === 'held').map((row) => [row.id, row.code ?? 'held']))
  const ops = rows.map(opOf)
  const standing = ops.filter((op) => !codes.has(op.id))
  return {
    ops: standing,
    state: fold(standing),
    mine: new Set(unsent.map((row) => row.id)),
    held: ops.filter((op) => codes.has(op.id)).map((op) => ({ op, code: codes.get(op.id)! })),
  }
}
