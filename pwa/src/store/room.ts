/**
 * Room on this phone. Originals are given up only when room is needed, only after the server proved that it holds the same
 * bytes, the longest proved first; a small picture of each stays to be looked at. Nothing unproved is ever given up.
 */

import { clock } from './clock'
import type { PhotoRow, UserDb } from './db'
import { thumbKey } from './photos'
import { freeBytes, LEAST_BYTES } from './tight'

/** Originals are given up until so much is free. */
export const ENOUGH_BYTES = 200 * 1024 * 1024
const THUMB_EDGE = 320
const THUMB_QUALITY = 0.7

/** A small JPEG of a picture; undefined where it cannot be made: then the original stays. */
export type Shrink = (bytes: ArrayBuffer) => Promise<ArrayBuffer | undefined>

/** How many originals were given up. `wanted` bytes are needed on top of what should be free. */
export async function makeRoom(db: UserDb, wanted = 0, shrink: Shrink = thumbnail): Promise<number> {
  const free = await freeBytes()
  if (free === undefined || free - wanted >= LEAST_BYTES) return 0
  return giveUp(db, ENOUGH_BYTES + wanted - free, shrink)
}

/** The same when a write has just failed for want of room, whatever the browser estimates. */
export function makeRoomNow(db: UserDb, wanted: number, shrink: Shrink = thumbnail): Promise<number> {
  return giveUp(db, 4 * wanted, shrink)
}

async function giveUp(db: UserDb, needed: number, shrink: Shrink): Promise<number> {
  const here = new Set(await db.bytes.keys())
  const proved = await db.photos.where({ state: 'verified' }).filter((photo) => photo.mine && here.has(photo.id)).toArray()
  proved.sort((a, b) => (a.verified_at ?? 0) - (b.verified_at ?? 0))
  let freed = 0
  let count = 0
  for (const photo of proved) {
    if (freed >= needed) break
    if (!(await giveUpOne(db, photo, shrink))) continue
    freed += photo.size
    count++
  }
  return count
}

async function giveUpOne(db: UserDb, { id }: PhotoRow, shrink: Shrink): Promise<boolean> {
  const original = await db.bytes.get(id)
  const small = original && (await shrink(original.bytes).catch(() => undefined))
  if (!small) return false
  return db.transaction('rw', ['photos', 'bytes'], async (tables) => {
    // A restored server may have asked for it again in the meantime.
    if ((await tables.photos.get(id))?.state !== 'verified') return false
    await tables.bytes.delete(id)
    await tables.bytes.put({ id: thumbKey(id), bytes: small })
    await tables.photos.update(id, { freed_at: clock.now() })
    return true
  })
}

/** Works in page and worker; undefined where there is no canvas off the screen, or the picture cannot be read. */
async function thumbnail(bytes: ArrayBuffer): Promise<ArrayBuffer | undefined> {
  if (typeof OffscreenCanvas === 'undefined' || typeof createImageBitmap === 'undefined') return undefined
  const picture = await createImageBitmap(new Blob([bytes]))
  try {
    const scale = Math.min(1, THUMB_EDGE / Math.max(picture.width, picture.height))
    const canvas = new OffscreenCanvas(Math.max(1, Math.round(picture.width * scale)), Math.max(1, Math.round(picture.height * scale)))
    canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height)
    const small = await canvas.convertToBlob({ type: 'image/jpeg', quality: THUMB_QUALITY })
    return await small.arrayBuffer()
  } finally {
    picture.close()
  }
}
