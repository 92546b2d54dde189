/**
 * What this person carries for others: rescue files taken in and not yet with the server. In a database of its own, so that
 * what somebody else did never mixes with one's own work. The file is kept whole until the server has answered for each op.
 */

import { timestamp } from '../../store/clock'
import { setMeta, type UserDb } from '../../store/db'
import { ApiProblem, isStorageFull } from '../../store/failures'
import { nudge } from '../../store/nudge'
import { Database, opened, type Opened, type Table } from '../../store/tables'
import type { Bundle, BundledPhoto, Manifest } from './bundle'
import { problemOf } from './problems'

export interface Told {
  outcome: string
  code?: string
}

export interface CarriedBundle {
  id: string
  author: Manifest['author']
  made_at: string
  taken_at: string
  entries: Bundle['entries']
  /** The server's word, by the entry's place in the file. */
  told: Record<number, Told>
  /** Photos whose bytes were missing or changed in the file. */
  damaged: string[]
}

export interface CarriedPhoto extends BundledPhoto {
  key: string
  bundle: string
  state: 'local' | 'verified'
  upload_url?: string
  code?: string
}

interface CarriedTables {
  readonly bundles: Table<CarriedBundle>
  readonly photos: Table<CarriedPhoto>
  readonly bytes: Table<{ key: string; bytes: ArrayBuffer }>
}

export type CarriedDb = Opened<CarriedTables>

const SHAPE = { bundles: { key: 'id' }, photos: { key: 'key', indexes: ['bundle', 'state'] }, bytes: { key: 'key' } }

const open = new Map<string, CarriedDb>()

export function openCarried(userId: string): CarriedDb {
  let carried = open.get(userId)
  if (!carried) open.set(userId, (carried = opened<CarriedTables>(new Database(`mingcha-carried-${userId}`, 10, SHAPE))))
  return carried
}

export function closeCarried(): void {
  for (const carried of open.values()) carried.close()
  open.clear()
}

export interface TakenIn {
  author: Manifest['author']
  ops: number
  photos: number
  damaged: number
  /** This very file was taken in before: nothing changed. */
  again: boolean
}

/** Keeps the file's content on this phone and lets the engine bring it. Safe to repeat. Throws ApiProblem when there is no room. */
export async function takeIn(db: UserDb, bundle: Bundle): Promise<TakenIn> {
  const { manifest, entries } = bundle
  const carried = openCarried(db.userId)
  const known = await carried.bundles.get(bundle.id)
  const damaged: string[] = [...manifest.missing]
  if (!known) {
    try {
      for (const photo of manifest.photos) if (!(await keepPhoto(carried, bundle, photo))) damaged.push(photo.id)
      await carried.bundles.put({
        id: bundle.id, author: manifest.author, made_at: manifest.made_at, taken_at: timestamp(), entries, told: {}, damaged,
      })
    } catch (failure) {
      await drop(carried, bundle.id)
      throw isStorageFull(failure) ? new ApiProblem(problemOf('phone.rescue_full')) : failure
    }
  }
  await setMeta(db, 'carrying', true)
  nudge()
  const lost = known?.damaged ?? damaged
  return { author: manifest.author, ops: entries.length, photos: manifest.photos.length, damaged: lost.length, again: known !== undefined }
}

/** One photo and its bytes, together or not at all; false where the file has other bytes than it says. */
async function keepPhoto(carried: CarriedDb, bundle: Bundle, photo: BundledPhoto): Promise<boolean> {
  const bytes = await bundle.photo(photo.id)
  if (!bytes) return false
  const key = `${bundle.id}/${photo.id}`
  await carried.transaction('rw', ['photos', 'bytes'], async (tables) => {
    await tables.bytes.put({ key, bytes })
    await tables.photos.put({ ...photo, key, bundle: bundle.id, state: 'local' })
  })
  return true
}

/** Takes a bundle off this phone, and no other. */
export async function drop(carried: CarriedDb, bundle: string): Promise<void> {
  await carried.transaction('rw', ['bundles', 'photos', 'bytes'], async (tables) => {
    const keys = await tables.photos.where({ bundle }).primaryKeys()
    await tables.bytes.bulkDelete(keys)
    await tables.photos.bulkDelete(keys)
    await tables.bundles.delete(bundle)
  })
}

export interface CarriedNow {
  bundle: CarriedBundle
  sent: number
  held: { code: string; count: number }[]
  waiting: number
  photos: { all: number; proved: number; refused: number }
  done: boolean
}

/** How far each bundle has come, newest first. */
export async function carriedNow(userId: string): Promise<CarriedNow[]> {
  const carried = openCarried(userId)
  const [bundles, photos] = await Promise.all([carried.bundles.toArray(), carried.photos.toArray()])
  return bundles.sort((a, b) => (a.taken_at < b.taken_at ? 1 : -1)).map((bundle) => {
    const told = Object.values(bundle.told)
    const own = photos.filter((photo) => photo.bundle === bundle.id)
    const codes = told.filter(({ outcome }) => outcome === 'held').map(({ code }) => code ?? 'held')
    const held = [...new Set(codes)].map((code) => ({ code, count: codes.filter((one) => one === code).length }))
    const proved = own.filter(({ state }) => state === 'verified').length
    const refused = own.filter(({ code }) => code !== undefined).length
    const waiting = bundle.entries.length - told.length
    return {
      bundle, held, waiting, sent: told.length - codes.length, photos: { all: own.length, proved, refused },
      done: waiting === 0 && codes.length === 0 && proved === own.length,
    }
  })
}

/** A person wants what the server held or refused to be offered again. */
export async function offerCarriedAgain(db: UserDb, id: string): Promise<void> {
  const carried = openCarried(db.userId)
  await carried.transaction('rw', ['bundles', 'photos'], async (tables) => {
    await tables.bundles.where({ id }).modify((bundle) => {
      bundle.told = Object.fromEntries(Object.entries(bundle.told).filter(([, { outcome }]) => outcome !== 'held'))
    })
    await tables.photos.where({ bundle: id }).modify((photo) => void delete photo.code)
  })
  await setMeta(db, 'carrying', true)
  nudge()
}
