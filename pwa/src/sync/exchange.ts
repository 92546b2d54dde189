/**
 * One exchange with the server: some of the outbox out, some of the log in. What came in, what was acknowledged and the new
 * cursor are one transaction; if the phone dies before it, the same exchange happens again and changes nothing twice.
 */

import { canonical, type Json } from '../core/canonical'
import type { Op } from '../core/oplog'
import { untold } from '../store/begun'
import { clock, timestamp } from '../store/clock'
import { metaValue, setMeta, type OpRow, type OutboxRow, type PhotoRow, type Tables, type UserDb } from '../store/db'
import { deviceName, offerForeign, opOf } from '../store/documents'
import { beginning } from '../store/tables'
import { leave } from './leaving'
import { beginRescue } from './rescue'
import { sweep, startAfresh } from './afresh'
import { batchOf, MOST_OPS, PROTOCOL, type Change, type OpResult, type SyncReply } from './protocol'
import type { Transport } from './transport'

export interface Exchanged {
  sent: number
  held: number
  received: number
  /** The server has more, or the outbox has. */
  more: boolean
  /** Anything changed by it; without that, asking again at once is useless. */
  progress: boolean
}

/** Throws ApiProblem; then nothing was changed here. `most_changes`: in the answer, if not as many as the server likes. */
export async function exchange(db: UserDb, transport: Transport, most_ops: number, most_changes?: number): Promise<Exchanged> {
  const device = await deviceName(db)
  const { cursor, ops } = await gather(db, most_ops)
  const asked_at = clock.now()
  const most = most_changes === undefined ? {} : { most: most_changes }
  const reply = await transport.sync({ device, protocol: PROTOCOL, cursor, ops, now: timestamp(asked_at), ...most }, db.userId)
  const answered_at = clock.now()
  return settle(db, reply, new Map(ops.map((op) => [op.id, op])), cursor, asked_at, answered_at)
}

/** The oldest waiting ops, in the order they were done. */
export function gather(db: UserDb, most_ops: number = MOST_OPS): Promise<{ cursor: string | null; ops: Op[] }> {
  return db.transaction('r', ['outbox', 'ops', 'meta'], async (tables) => {
    const rows = await sendable(tables, most_ops)
    const ops = await tables.ops.bulkGet(rows.map((row) => row.id))
    const cursor = (await metaValue<string>(tables, 'cursor')) ?? null
    const found = ops.filter((op): op is OpRow => op !== undefined).map(opOf)
    return { cursor, ops: batchOf(found, most_ops) }
  })
}

/** Oldest first; without those of visits that the server does not know yet, which must not reach it before their visit. */
export async function sendable(db: Tables, most?: number): Promise<OutboxRow[]> {
  const apart = await untold(db)
  const waiting = db.outbox.where('[state+seq]', beginning('waiting'))
  if (!apart.size) return waiting.toArray(most)
  return (await waiting.filter((row) => !apart.has(row.inspection)).toArray()).slice(0, most)
}

export async function isSendable(db: Tables): Promise<boolean> {
  return (await sendable(db, 1)).length > 0
}

function settle(
  db: UserDb,
  reply: SyncReply,
  sent: Map<string, Op>,
  asked: string | null,
  asked_at: number,
  answered_at: number,
): Promise<Exchanged> {
  return db.transaction('rw', ['ops', 'outbox', 'inspections', 'photos', 'bytes', 'meta'], async (tables) => {
    const taken = await acknowledge(tables, reply.results, sent, reply.epoch, answered_at, reply.revoked)
    const rescuing = reply.revoked === true && (await beginRescue(tables))
    await takeIn(tables, reply.changes, reply.epoch, answered_at)
    for (const inspection of reply.gone) await leave(tables, inspection)
    await noteTime(tables, reply.server_time, asked_at, answered_at)

    const epoch = await metaValue<string>(tables, 'epoch')
    const restored = epoch !== undefined && epoch !== reply.epoch
    await setMeta(tables, 'epoch', reply.epoch)
    if (restored) await startAfresh(tables, reply.epoch)
    else {
      await setMeta(tables, 'cursor', reply.cursor)
      if (!reply.more) await sweep(tables, reply.epoch)
    }
    const waiting = await isSendable(tables)
    return {
      ...taken,
      received: reply.changes.length,
      more: reply.more || restored || waiting || rescuing,
      progress: rescuing || taken.sent + taken.held > 0 || reply.changes.length > 0 || restored || (reply.more && reply.cursor !== asked),
    }
  })
}

/** Only the server's word for an op takes it out of the outbox. What it did not mention goes on waiting. */
async function acknowledge(db: Tables, results: OpResult[], sent: Map<string, Op>, epoch: string, now: number, revoked = false) {
  let held = 0
  const known = results.filter((result) => sent.has(result.id))
  for (const { id, outcome, code } of known) {
    if (outcome === 'held' && !revoked) {
      held++
      await db.outbox.update(id, { state: 'held', code: code ?? 'held' })
    } else {
      await db.outbox.delete(id)
      await db.ops.update(id, { acked_at: now, epoch })
    }
  }
  return { sent: known.length - held, held }
}

async function takeIn(db: Tables, changes: Change[], epoch: string, now: number): Promise<void> {
  await takeInOps(db, changes.flatMap((change) => (change.kind === 'op' ? [change.op] : [])), epoch, now)
  for (const change of changes) {
    if (change.kind === 'inspection') {
      const before = await db.inspections.get(change.inspection.id)
      const kept = before?.checklist.digest === change.inspection.checklist.digest ? before.prepared_at : undefined
      await db.inspections.put({ ...change.inspection, epoch, ...(kept !== undefined && { prepared_at: kept }) })
      if (!before || before.joined || before.left) await offerForeign(db, change.inspection.id)
    } else if (change.kind === 'photo') await takeInPhoto(db, change)
  }
}

async function takeInOps(db: Tables, ops: (Op & { received_at?: string })[], epoch: string, now: number): Promise<void> {
  if (!ops.length) return
  const ids = ops.map((op) => op.id)
  const [rows, unsent] = await Promise.all([db.ops.bulkGet(ids), db.outbox.bulkGet(ids)])
  const arrived: string[] = []
  const merged = ops.flatMap((op, i) => {
    const own = unsent[i] as OutboxRow | undefined
    const row = rows[i]
    // Another payload under an own id: ours goes on to the server, which holds and reports it.
    if (own && row && textOf(row) !== textOf(op)) return []
    if (own) arrived.push(op.id)
    const received = op.received_at === undefined ? {} : { received_at: op.received_at }
    const acked = own ? { acked_at: now } : row?.acked_at === undefined ? {} : { acked_at: row.acked_at }
    return [{ ...opOf(op), ...received, ...acked, epoch }]
  })
  await db.ops.bulkPut(merged)
  await db.outbox.bulkDelete(arrived)
}

const textOf = (op: Op): string => canonical(opOf(op) as unknown as Json)

/** The server's word about a photo. It settles an own one only if it names the same hash. */
async function takeInPhoto(db: Tables, change: Extract<Change, { kind: 'photo' }>): Promise<void> {
  const row: PhotoRow | undefined = await db.photos.get(change.id)
  if (change.state !== 'verified') return
  if (!row) await db.photos.put({ id: change.id, inspection: change.inspection, mine: false, state: 'verified', size: 0 })
  else if (row.mine && change.sha256 !== undefined && change.sha256 === row.sha256) {
    await db.photos.update(change.id, { state: 'verified', verified_at: clock.now() })
  }
}

/** Half of the way there and back is the best guess of when the server looked at its clock. */
async function noteTime(db: Tables, server_time: string, asked_at: number, answered_at: number): Promise<void> {
  const server = Date.parse(server_time)
  const skew_ms = Number.isFinite(server) ? Math.round((asked_at + answered_at) / 2 - server) : 0
  await setMeta(db, 'last_sync', { at: answered_at, skew_ms })
}
