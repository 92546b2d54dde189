/**
 * What leaves a user's area leaves the phone, except what the server has not got: unsent or held ops, unproved photos.
 * Own acknowledged ops stay 30 days unseen, so that a server restored from a backup can be given them again.
 */

import { clock } from '../store/clock'
import type { Tables, UserDb } from '../store/db'
import { thumbKey } from '../store/photos'

export const KEPT_MS = 30 * 24 * 3600 * 1000

/** Within a transaction over ops, outbox, inspections, photos, bytes. Safe to repeat. */
export async function leave(db: Tables, inspection: string): Promise<void> {
  const [unsent, unproved] = await Promise.all([
    db.outbox.where({ inspection }).primaryKeys(),
    db.photos.where({ inspection }).filter((photo) => photo.mine && photo.state !== 'verified').primaryKeys(),
  ])
  const keep = new Set(unsent)
  const since = clock.now() - KEPT_MS
  await db.ops
    .where({ inspection })
    .filter((op) => !keep.has(op.id) && !(op.acked_at !== undefined && op.acked_at >= since))
    .delete()
  const done = await db.photos.where({ inspection }).filter((photo) => !photo.mine || photo.state === 'verified').primaryKeys()
  await db.photos.bulkDelete(done)
  await db.bytes.bulkDelete([...done, ...done.map(thumbKey)])
  if (unsent.length || unproved.length) await db.inspections.update(inspection, { left: true })
  else await db.inspections.delete(inspection)
}

/** Finishes what had to wait: visits that left, whose work has been sent since; and old ops of visits that are gone. */
export async function tidy(db: UserDb): Promise<void> {
  const left = await db.inspections.filter((found) => found.left === true).primaryKeys()
  for (const id of left) {
    await db.transaction('rw', ['ops', 'outbox', 'inspections', 'photos', 'bytes'], (tables) => leave(tables, id))
  }
  await db.transaction('rw', ['ops', 'outbox', 'inspections'], async (tables) => {
    const known = new Set(await tables.inspections.keys())
    const unsent = new Set(await tables.outbox.keys())
    const since = clock.now() - KEPT_MS
    await tables.ops
      .filter((op) => op.acked_at !== undefined && op.acked_at < since && !known.has(op.inspection) && !unsent.has(op.id))
      .delete()
  })
}
