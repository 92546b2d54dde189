/**
 * When the server's history is another one (a backup was restored), everything is pulled afresh and every own op still kept
 * here is offered again: what the server already has it calls a duplicate, what it lost it gets back.
 */

import { tellAgain, untold } from '../store/begun'
import { metaValue, setMeta, type Tables } from '../store/db'
import { waiting } from '../store/documents'

/** Within a transaction over all tables but checklists. `epoch` undefined: the server only said that our cursor is no good. */
export async function startAfresh(db: Tables, epoch?: string): Promise<void> {
  const own = await db.ops.filter((op) => op.acked_at !== undefined && (epoch === undefined || op.epoch !== epoch)).toArray()
  await offerHeld(db)
  const known = new Set(await db.outbox.keys())
  await db.outbox.bulkAdd(own.filter((op) => !known.has(op.id)).map(waiting))
  await offerPhotosAgain(db)
  await tellAgain(db)
  await setMeta(db, 'cursor', undefined)
  await setMeta(db, 'epoch', epoch)
  await setMeta(db, 'sweep', true)
}

/** Within a transaction: a server that forgot that it held them shows them to nobody. One that did not keeps each once. */
export async function offerHeld(db: Tables): Promise<void> {
  await db.outbox.filter((row) => row.state === 'held').modify((row) => {
    row.state = 'waiting'
    delete row.code
  })
}

export async function offerPhotosAgain(db: Tables): Promise<void> {
  const here = new Set(await db.bytes.keys())
  await db.photos.filter((photo) => !photo.mine).delete()
  await db.photos
    .filter((photo) => (photo.state === 'uploaded' || photo.state === 'verified') && here.has(photo.id))
    .modify((photo) => {
      photo.state = 'local'
      delete photo.upload_url
      delete photo.verified_at
    })
}

/** The fresh pull is complete: what others had said before, and the server no longer knows, goes. Own ops stay. */
export async function sweep(db: Tables, epoch: string): Promise<void> {
  if (!(await metaValue<boolean>(db, 'sweep'))) return
  const unsent = new Set(await db.outbox.keys())
  await db.ops.filter((op) => op.acked_at === undefined && op.epoch !== epoch && !unsent.has(op.id)).delete()
  const busy = new Set([...(await db.outbox.toArray()).map((row) => row.inspection), ...(await untold(db))])
  const lost = await db.inspections.filter((found) => found.epoch !== epoch && !busy.has(found.id) && !found.joined).primaryKeys()
  await db.inspections.bulkDelete(lost)
  await setMeta(db, 'sweep', undefined)
}
