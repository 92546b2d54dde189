/** What a centre did and a revoked phone could not send any more: handed in at its last hearing, where a supervisor decides. */

import { timestamp } from '../../store/clock'
import { metaValue, type UserDb } from '../../store/db'
import { deviceName } from '../../store/documents'
import { ApiProblem } from '../../store/failures'
import { refusedMoves, waitingMoves } from '../../store/moves'
import { PROTOCOL, type OpResult } from '../protocol'
import { beginRescue } from '../rescue'
import type { Transport } from '../transport'

/** As many as fit into one body, however long their words are. */
const AT_ONCE = 20

/**
 * Whether this device was revoked: only the exchange says so, to whoever still holds its cookie. A move that was answered for
 * is with the server, in the log or held. Throws ApiProblem where the server cannot be asked or the session is simply over.
 */
export async function lastHearing(db: UserDb, transport: Transport, check: () => Promise<void>): Promise<boolean> {
  const device = await deviceName(db)
  for (let first = true; ; first = false) {
    await check()
    const rows = first ? [] : await waitingMoves(db).toArray(AT_ONCE)
    if (!first && !rows.length) return true
    const ops = rows.map(({ id, item, kind, said_at, content }) => ({ move: { id, item, kind, said_at, content, author: db.userId, device } })) as never
    const cursor = (await metaValue<string>(db, 'cursor')) ?? null
    const reply = await transport.sync({ device, protocol: PROTOCOL, cursor, ops, now: timestamp() }, db.userId)
    if (!reply.revoked) return false
    if (first) await beginHearing(db)
    else if (!(await settled(db, reply.results))) throw new ApiProblem('phone.offline', { why: 'not an answer to moves' })
  }
}

/** What a server refused is offered once more, so that a person there has it. */
function beginHearing(db: UserDb): Promise<void> {
  return db.transaction('rw', ['moves', 'outbox', 'photos', 'meta'], async (tables) => {
    if (await beginRescue(tables)) await refusedMoves(tables).modify((move) => { move.state = 'waiting' })
  })
}

function settled(db: UserDb, results: OpResult[]): Promise<boolean> {
  return db.transaction('rw', ['moves'], async (tables) => {
    for (const { id } of results) if (id) await tables.moves.delete(id)
    return results.length > 0
  })
}
