/** Brings what this person carries for others: the ops first, then the photos that the server then knows of. */

import { setMeta, type UserDb } from '../../store/db'
import { deviceName } from '../../store/documents'
import { ApiProblem } from '../../store/failures'
import { MOST_BYTES, MOST_OPS } from '../protocol'
import type { Transport } from '../transport'
import { openCarried, type CarriedBundle, type CarriedDb, type CarriedPhoto, type Told } from './kept'

/** Throws ApiProblem when the line, the server or the session fails: the rest waits. `check` before each request. */
export async function bring(db: UserDb, transport: Transport, check: () => Promise<void>): Promise<void> {
  const carried = openCarried(db.userId)
  const device = await deviceName(db)
  for (const id of await carried.bundles.keys()) {
    for (let batch = await nextBatch(carried, id); batch.length; batch = await nextBatch(carried, id)) {
      await check()
      await send(db, carried, transport, device, id, batch)
    }
  }
  const waiting = await carried.photos.filter((photo) => photo.state === 'local' && photo.code === undefined).toArray()
  for (const photo of waiting.sort((a, b) => a.size - b.size)) {
    await check()
    await sendPhoto(carried, transport, photo, db.userId)
  }
  await setMeta(db, 'carrying', undefined)
}

interface Numbered {
  at: number
  entry: unknown
}

/** The next entries that the server has not answered for, within its limits. */
async function nextBatch(carried: CarriedDb, id: string): Promise<Numbered[]> {
  const bundle = (await carried.bundles.get(id)) as CarriedBundle
  const batch: Numbered[] = []
  let bytes = 1024
  for (const [at, entry] of bundle.entries.entries()) {
    if (at in bundle.told) continue
    bytes += new TextEncoder().encode(JSON.stringify(entry)).length + 1
    if (batch.length === MOST_OPS || (batch.length && bytes > MOST_BYTES)) break
    batch.push({ at, entry })
  }
  return batch
}

async function send(
  db: UserDb, carried: CarriedDb, transport: Transport, device: string, id: string, batch: Numbered[],
): Promise<void> {
  let results: Told[]
  try {
    const body = { device, ops: batch.map(({ entry }) => entry) }
    const answer = await transport.ask('/rescue', { method: 'POST', body, headers: { 'X-Mingcha-User': db.userId } })
    results = (answer as { results?: Told[] }).results ?? []
    if (results.length !== batch.length) throw new ApiProblem('phone.offline', { why: 'not an answer to a rescue' })
  } catch (failure) {
    if (!(failure instanceof ApiProblem) || failure.family !== 'refused') throw failure
    if (batch.length > 1) {
      const half = Math.ceil(batch.length / 2)
      await send(db, carried, transport, device, id, batch.slice(0, half))
      return send(db, carried, transport, device, id, batch.slice(half))
    }
    results = [{ outcome: 'held', code: failure.code }]
  }
  await carried.bundles.where({ id }).modify((bundle) => {
    batch.forEach(({ at }, i) => {
      const { outcome, code } = results[i]!
      bundle.told[at] = { outcome, ...(code !== undefined && { code }) }
    })
  })
}

async function sendPhoto(carried: CarriedDb, transport: Transport, photo: CarriedPhoto, user: string): Promise<void> {
  const { key, sha256 } = photo
  const bytes = (await carried.bytes.get(key))?.bytes
  if (!bytes) return
  try {
    const onUrl = async (upload_url: string) => void (await carried.photos.update(key, { upload_url }))
    const { verified } = await transport.upload({ photo: { ...photo, mine: true }, bytes, user, onUrl })
    if (verified !== sha256) return void (await carried.photos.update(key, { code: 'upload.hash', upload_url: undefined }))
    await carried.transaction('rw', ['photos', 'bytes'], async (tables) => {
      await tables.photos.update(key, { state: 'verified' })
      await tables.bytes.delete(key)
    })
  } catch (failure) {
    if (!(failure instanceof ApiProblem) || failure.family === 'barred' || failure.family === 'busy') throw failure
    await carried.photos.update(key, { code: failure.code, upload_url: undefined })
  }
}
