/**
 * A device that was revoked: everything on it is handed in first, then it lets go. What even then the server cannot take
 * stays, unseen, until its owner signs in here again. Knows no screen.
 */

import { offerAllVisits, untold } from '../store/begun'
import { metaValue, setMeta, type Tables, type UserDb } from '../store/db'
import { waitingMoves } from '../store/moves'
import { rememberUser } from '../store/shared'
import { offerHeld } from './afresh'
import type { Transport } from './transport'

const ALL = ['ops', 'outbox', 'inspections', 'checklists', 'photos', 'bytes', 'meta', 'sites', 'orders', 'moves', 'inbox'] as const

export const isRevoked = (db: Tables): Promise<boolean> => metaValue<boolean>(db, 'revoked').then(Boolean)

/** Within a transaction: once, whatever waited for a person or was refused is offered again, so that a server has it. True the first time. */
export async function beginRescue(db: Tables): Promise<boolean> {
  if (await isRevoked(db)) return false
  await setMeta(db, 'revoked', true)
  await offerAllVisits(db)
  await offerHeld(db)
  await db.photos.filter((photo) => photo.mine && photo.state !== 'verified').modify((photo) => {
    delete photo.code
    delete photo.not_before
  })
  return true
}

/** When nothing waits any more: forgets all that the server has, and who was signed in. True when it is done. */
export async function letGo(db: UserDb, transport: Transport): Promise<boolean> {
  const left = await db.transaction('rw', [...ALL], async (tables) => {
    const waiting = await tables.outbox.filter((row) => row.state === 'waiting').primaryKeys()
    const unsent = await tables.photos.filter((photo) => photo.mine && photo.state !== 'verified').toArray()
    if (waiting.length || (await untold(tables)).size || unsent.some((photo) => photo.state !== 'draft' && photo.code === undefined)) return undefined
    if (await waitingMoves(tables).count()) return undefined
    const ops = new Set(await tables.outbox.keys())
    const photos = new Set(unsent.map(({ id }) => id))
    await tables.ops.filter((op) => !ops.has(op.id)).delete()
    await tables.photos.filter(({ id }) => !photos.has(id)).delete()
    await tables.bytes.bulkDelete((await tables.bytes.keys()).filter((id) => !photos.has(id)))
    await tables.inspections.bulkDelete(await tables.inspections.keys())
    await tables.checklists.bulkDelete(await tables.checklists.keys())
    await tables.sites.bulkDelete(await tables.sites.keys())
    await tables.orders.bulkDelete(await tables.orders.keys())
    await tables.inbox.bulkDelete(await tables.inbox.keys())
    // What a centre was still writing is nobody's word yet: it waits, unseen, for its writer.
    await tables.moves.filter((move) => move.state !== 'draft').delete()
    const drafts = await tables.moves.count()
    await tables.meta.bulkDelete(await tables.meta.keys())
    return ops.size + photos.size + drafts
  })
  if (left === undefined) return false
  await dropCarried(db)
  await rememberUser(null)
  if (!left) await transport.leave?.().catch(() => undefined)
  return true
}

/** What was carried for others is at the server too; their own phones still have it. */
async function dropCarried(db: UserDb): Promise<void> {
  const carried = (await import('./carry/kept')).openCarried(db.userId)
  await carried.transaction('rw', ['bundles', 'photos', 'bytes'], async (tables) => {
    for (const table of [tables.bundles, tables.photos, tables.bytes]) await table.bulkDelete((await table.keys()) as never)
  })
}
