/**
 * Sends photos, the small ones first, two at a time. A photo counts as verified only when the server named the hash that
 * was fixed in its op; its bytes stay on the phone until then, whatever happens, and afterwards for as long as there is room.
 */

import { untold } from '../store/begun'
import { clock } from '../store/clock'
import type { PhotoRow, UserDb } from '../store/db'
import { photoBytes } from '../store/photos'
import { isTight } from '../store/tight'
import { ApiProblem } from './http'
import { photosWait } from './line'
import { alone, BUSY_ELSEWHERE } from './locks'
import type { Transport } from './transport'

const AT_ONCE = 2
/** After so many tries an address is given up and the upload starts again. */
const TRIES_AT_ONE_ADDRESS = 3

/** How many were verified. Throws ApiProblem when the line, the server or the session fails; photos in flight are finished first. */
export async function sendPhotos(db: UserDb, transport: Transport, check: () => Promise<void>): Promise<number> {
  const queue = await waitingPhotos(db)
  let verified = 0
  let failure: unknown
  const work = async (): Promise<void> => {
    for (let photo = queue.shift(); photo && failure === undefined; photo = queue.shift()) {
      const { id } = photo
      try {
        await check()
        if (await photosWait()) return
        const done = await alone(`mingcha-photo-${id}`, 0, () => sendPhoto(db, transport, id))
        if (done !== BUSY_ELSEWHERE && done) verified++
      } catch (caught) {
        failure ??= caught
      }
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  if (await isTight()) await (await import('../store/room')).makeRoom(db)
  if (failure !== undefined) throw failure
  return verified
}

async function waitingPhotos(db: UserDb): Promise<PhotoRow[]> {
  const now = clock.now()
  const [rows, apart] = await Promise.all([db.photos.where('state', ['local', 'uploaded']).toArray(), untold(db)])
  return rows
    .filter((photo) => photo.mine && photo.code === undefined && !apart.has(photo.inspection) && (photo.not_before ?? 0) <= now)
    .sort((a, b) => a.size - b.size)
}

/** Whether it is verified now. */
async function sendPhoto(db: UserDb, transport: Transport, id: string): Promise<boolean> {
  const photo = await db.photos.get(id)
  const bytes = await photoBytes(db, id)
  if (!photo || photo.state === 'verified' || !bytes) return false
  try {
    const onUrl = async (upload_url: string) => void (await db.photos.update(id, { upload_url }))
    const { verified } = await transport.upload({ photo, bytes, user: db.userId, onUrl })
    if (verified === photo.sha256) {
      await db.photos.update(id, { state: 'verified', verified_at: clock.now(), tries: 0 })
      return true
    }
    await tryAgain(db, id, photo, verified === null ? 'uploaded' : 'local')
    return false
  } catch (failure) {
    if (!(failure instanceof ApiProblem)) throw failure
    return afterProblem(db, id, photo, failure)
  }
}

async function afterProblem(db: UserDb, id: string, photo: PhotoRow, problem: ApiProblem): Promise<false> {
  if (problem.family === 'barred' || problem.family === 'busy') throw problem
  if (problem.family === 'stale') await db.photos.update(id, { upload_url: undefined, tries: (photo.tries ?? 0) + 1 })
  else await db.photos.update(id, { code: problem.code })
  return false
}

/** Not proved: ask again a little later, and from the beginning when asking did not help or other bytes arrived. */
async function tryAgain(db: UserDb, id: string, photo: PhotoRow, state: 'local' | 'uploaded'): Promise<void> {
  const tries = (photo.tries ?? 0) + 1
  const anew = state === 'local' || tries % TRIES_AT_ONE_ADDRESS === 0
  const not_before = clock.now() + Math.min(600_000, 2_000 * 2 ** Math.min(tries, 9))
  await db.photos.update(id, { state, tries, not_before, ...(anew && { upload_url: undefined }) })
}
