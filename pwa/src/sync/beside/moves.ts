/**
 * A centre's moves out, its orders in. What was answered and what came in are one transaction; if the phone dies before it,
 * the same happens again and changes nothing twice. One bad move never blocks the others.
 */

import type { Words } from '../../core/problems'
import type { Order } from '../../core/rectification'
import { clock } from '../../store/clock'
import { metaValue, setMeta, type Tables, type UserDb } from '../../store/db'
import { waitingMoves } from '../../store/moves'
import type { MoveRow } from '../../store/rectification'
import { offerPhotosAgain } from '../afresh'
import { ApiProblem } from '../http'
import type { Transport } from '../transport'

const MOST_MOVES = 40
const MOST_BYTES = 400 * 1024
/** Own moves are kept so long after the server took them, in case a backup is restored. */
const KEPT_MS = 30 * 86_400_000

interface Result { id: string | null; outcome: 'applied' | 'noted' | 'duplicate' | 'refused'; code?: string; message?: Words }
interface Reply { results?: Result[]; orders: Order[]; gone: string[]; cursor: string; epoch: string; server_time: string }

export async function exchangeMoves(db: UserDb, transport: Transport, check: () => Promise<void>): Promise<void> {
  let single = false
  for (let round = 0; round < 500; round++) {
    await check()
    const batch = batchOf(await waitingMoves(db).toArray(single ? 1 : MOST_MOVES))
    const cursor = (await metaValue<string>(db, 'orders_cursor')) ?? null
    let reply: Reply
    try {
      reply = await ask(transport, db.userId, cursor, batch)
    } catch (failure) {
      if (!(failure instanceof ApiProblem)) throw failure
      if (failure.family === 'stale' && cursor !== null) {
        await setMeta(db, 'orders_cursor', undefined)
        continue
      }
      if (failure.family !== 'refused' || !batch.length) throw failure
      if (batch.length === 1) await db.moves.update(batch[0]!.id, { state: 'refused', code: failure.code, message: failure.words })
      single = true
      continue
    }
    const restored = await settle(db, reply, batch)
    if (!restored && (await waitingMoves(db).count()) === 0) return
  }
}

async function ask(transport: Transport, user: string, cursor: string | null, batch: MoveRow[]): Promise<Reply> {
  const reply = (batch.length
    ? await transport.ask('/rectification/moves', { method: 'POST', body: { cursor, moves: batch.map(onWire) }, headers: { 'X-Mingcha-User': user } })
    : await transport.ask(`/rectification/changes${cursor === null ? '' : `?${new URLSearchParams({ cursor })}`}`)) as Partial<Reply> | null
  if (!reply || !Array.isArray(reply.orders) || !Array.isArray(reply.gone) || typeof reply.epoch !== 'string') throw new ApiProblem('phone.offline', { why: 'not an answer to moves' })
  return reply as Reply
}

const onWire = ({ id, item, kind, said_at, content }: MoveRow) => ({ id, item, kind, said_at, content })

/** Whether the server's history is another one: then everything goes again. */
function settle(db: UserDb, reply: Reply, sent: MoveRow[]): Promise<boolean> {
  return db.transaction('rw', ['orders', 'moves', 'photos', 'bytes', 'meta'], async (tables) => {
    const batch = new Set(sent.map((move) => move.id))
    for (const { id, outcome, code, message } of reply.results ?? []) {
      if (!id || !batch.has(id)) continue
      const why = { ...(code !== undefined && { code }), ...(message && { message }) }
      await tables.moves.update(id, outcome === 'refused' ? { state: 'refused', ...why } : { state: 'sent', acked_at: clock.now(), ...why })
    }
    const before = await metaValue<string>(tables, 'orders_epoch')
    const restored = before !== undefined && before !== reply.epoch
    await setMeta(tables, 'orders_epoch', reply.epoch)
    if (restored) {
      await tables.orders.bulkDelete(await tables.orders.keys())
      await tables.moves.filter((move) => move.state === 'sent' && !batch.has(move.id)).modify((move) => { move.state = 'waiting' })
      await offerPhotosAgain(tables)
      await setMeta(tables, 'orders_cursor', undefined)
      await setMeta(tables, 'inbox_seq', undefined)
      return true
    }
    await tables.orders.bulkPut(reply.orders)
    await tables.orders.bulkDelete(reply.gone)
    await setMeta(tables, 'orders_cursor', reply.cursor)
    await forget(tables)
    return false
  })
}

/** What the server has had for long, and the bytes of photos that it proved and nobody looks at any more. */
async function forget(tables: Tables): Promise<void> {
  const since = clock.now() - KEPT_MS
  const old = await tables.moves.filter((move) => move.state === 'sent' && (move.acked_at ?? 0) < since).primaryKeys()
  await tables.moves.bulkDelete(old)
  const over = new Set((await tables.orders.toArray()).flatMap((order) => order.items.filter((item) => item.state === 'closed' || item.state === 'lifted').map((item) => item.id)))
  const proved = await tables.photos.filter((photo) => photo.item !== undefined && photo.state === 'verified' && over.has(photo.item) && (photo.verified_at ?? 0) < since).primaryKeys()
  await tables.photos.bulkDelete(proved)
  await tables.bytes.bulkDelete(proved)
}

/** As many from the front as the server takes at once, at least one. */
function batchOf(moves: MoveRow[]): MoveRow[] {
  const utf8 = new TextEncoder()
  let bytes = 1024
  const taken: MoveRow[] = []
  for (const move of moves) {
    bytes += utf8.encode(JSON.stringify(onWire(move))).length + 1
    if (taken.length && bytes > MOST_BYTES) break
    taken.push(move)
  }
  return taken
}
