/**
 * The rescue file: everything of one person that the server has not got, as a zip that anybody's phone can carry. Written
 * from what is stored and without writing anything, so that it works offline, signed out and on a full phone.
 *
 * `manifest.json` says whose it is and the hash of everything in it; `ops.json` is `[{op, seal}]`, before them `{visit, seal}`
 * for each visit begun here that no server knows; `photos/<id>.jpg` are the bytes as taken. Reading trusts nothing: sizes are limited, and what does not hash as it says is named, not taken.
 */

import { strFromU8, strToU8, unzipSync, Zip, ZipDeflate, ZipPassThrough, type UnzipFileInfo } from 'fflate'
import type { Op } from '../../core/oplog'
import { timestamp } from '../../store/clock'
import type { UserDb } from '../../store/db'
import { deviceName, opOf } from '../../store/documents'
import { ApiProblem } from '../../store/failures'
import { currentUser } from '../../store/shared'
import { photoBytes, sha256Of } from '../../store/photos'
import { announced, textOfVisit, type Announced } from './announce'
import { problemOf } from './problems'
import { sealer, textOfOp } from './seals'

export const MOST_FILE_BYTES = 256 * 1024 * 1024
const MOST_OPS_BYTES = 32 * 1024 * 1024
const MOST_PHOTO_BYTES = 32 * 1024 * 1024
const FORMAT = 1

/** An op as it is carried; the seal is null where its phone had no key yet. */
export interface Sealed {
  op: Op
  seal: string | null
}

/** A visit begun on the phone; its steps come after it. */
export interface SealedVisit {
  visit: Announced
  seal: string | null
}

export interface BundledPhoto {
  id: string
  inspection: string
  sha256: string
  size: number
}

export interface Manifest {
  format: number
  kind: 'mingcha-rescue'
  made_at: string
  author: { id: string; name: string }
  device: string
  ops: { count: number; sha256: string }
  photos: BundledPhoto[]
  /** Ids of photos that were announced but whose bytes are gone from the phone. */
  missing: string[]
}

export interface Written {
  file: File
  ops: number
  photos: number
  missing: number
}

/** What this phone has of this person and the server has not. A visit counts as a step. `ops` and `photos` may be 0: then there is nothing to rescue. */
export async function writeBundle(db: UserDb): Promise<Written> {
  const [entries, photos, user, device] = await Promise.all([unsentOps(db), unprovedPhotos(db), currentUser(), deviceName(db)])
  const text = JSON.stringify(entries)
  const parts: BlobPart[] = []
  const zip = new Zip((fault, chunk) => {
    if (fault) throw fault
    // A Blob of its own, which the browser may move to disk: only one photo at a time is in memory.
    parts.push(new Blob([chunk as Uint8Array<ArrayBuffer>]))
  })
  const kept: BundledPhoto[] = []
  const missing: string[] = []
  for (const { id, inspection, size } of photos) {
    const bytes = await photoBytes(db, id)
    if (!bytes) {
      missing.push(id)
      continue
    }
    kept.push({ id, inspection, sha256: await sha256Of(bytes), size: bytes.byteLength || size })
    add(zip, new ZipPassThrough(`photos/${id}.jpg`), new Uint8Array(bytes))
  }
  const made_at = timestamp()
  const manifest: Manifest = {
    format: FORMAT, kind: 'mingcha-rescue', made_at, device, author: { id: db.userId, name: user?.name ?? '' },
    ops: { count: entries.length, sha256: await hashOf(strToU8(text)) }, photos: kept, missing,
  }
  add(zip, new ZipDeflate('ops.json', { level: 6 }), strToU8(text))
  add(zip, new ZipDeflate('manifest.json', { level: 6 }), strToU8(JSON.stringify(manifest)))
  zip.end()
  const name = `mingcha-${user?.username ?? 'rescue'}-${made_at.slice(0, 16).replace(/[-:]/g, '').replace('T', '-')}.zip`
  return { file: new File(parts, name, { type: 'application/zip' }), ops: entries.length, photos: kept.length, missing: missing.length }
}

export interface Bundle {
  /** Hash of the manifest: the same file is the same bundle. */
  id: string
  manifest: Manifest
  entries: (Sealed | SealedVisit)[]
  /** One photo's bytes; null where they are missing or are not those that the manifest names. */
  photo(id: string): Promise<ArrayBuffer | null>
}

/** Throws ApiProblem: no rescue file, too large, or damaged. Says nothing of whether its ops are any good: the server does. */
export async function readBundle(file: Blob): Promise<Bundle> {
  if (file.size > MOST_FILE_BYTES) throw new ApiProblem(problemOf('phone.rescue_too_large'))
  const zip = new Uint8Array(await file.arrayBuffer())
  const manifestBytes = entry(zip, 'manifest.json', MOST_OPS_BYTES)
  const opsBytes = entry(zip, 'ops.json', MOST_OPS_BYTES)
  const manifest = manifestBytes && manifestIn(manifestBytes)
  if (!manifest || !manifestBytes || !opsBytes) throw new ApiProblem(problemOf('phone.rescue_unreadable'))
  if ((await hashOf(opsBytes)) !== manifest.ops.sha256) throw new ApiProblem(problemOf('phone.rescue_changed'))
  const entries = json(opsBytes)
  if (!Array.isArray(entries)) throw new ApiProblem(problemOf('phone.rescue_changed'))
  const wanted = new Map(manifest.photos.map((photo) => [photo.id, photo.sha256]))
  return {
    id: await hashOf(manifestBytes),
    manifest,
    entries: entries as Bundle['entries'],
    async photo(id) {
      const bytes = entry(zip, `photos/${id}.jpg`, MOST_PHOTO_BYTES)
      return bytes && (await hashOf(bytes)) === wanted.get(id) ? bytes.slice().buffer : null
    },
  }
}

/** Visits first, then ops in the order they were done, waiting and held alike. */
async function unsentOps(db: UserDb): Promise<(Sealed | SealedVisit)[]> {
  const ids = (await db.outbox.toArray()).sort((a, b) => a.seq - b.seq).map((row) => row.id)
  const [rows, seal, visits] = await Promise.all([db.ops.bulkGet(ids), sealer(db), announced(db)])
  const ops = rows.flatMap((row) => (row ? [opOf(row)] : []))
  return Promise.all([
    ...visits.map(async (visit) => ({ visit, seal: seal ? await seal(textOfVisit(visit)) : null })),
    ...ops.map(async (op) => ({ op, seal: seal ? await seal(textOfOp(op)) : null })),
  ])
}

function unprovedPhotos(db: UserDb) {
  return db.photos.filter((photo) => photo.mine && photo.state !== 'verified').toArray()
}

function add(zip: Zip, file: ZipPassThrough | ZipDeflate, bytes: Uint8Array): void {
  zip.add(file)
  file.push(bytes, true)
}

/** Null where there is no such file, it claims to be too large, or it cannot be unpacked. */
function entry(zip: Uint8Array, name: string, most_bytes: number): Uint8Array<ArrayBuffer> | null {
  try {
    const filter = (file: UnzipFileInfo): boolean => file.name === name && file.originalSize <= most_bytes
    return (unzipSync(zip, { filter })[name] as Uint8Array<ArrayBuffer> | undefined) ?? null
  } catch {
    return null
  }
}

function manifestIn(bytes: Uint8Array): Manifest | null {
  const said = json(bytes) as Partial<Manifest> | null
  const fine = said?.kind === 'mingcha-rescue' && said.format === FORMAT && typeof said.author?.id === 'string'
    && typeof said.ops?.sha256 === 'string' && Array.isArray(said.photos) && said.photos.every(isPhoto)
  return fine ? { missing: [], ...said } as Manifest : null
}

const isPhoto = (photo: unknown): boolean => {
  const said = photo as Partial<BundledPhoto> | null
  return [said?.id, said?.inspection].every((id) => typeof id === 'string' && /^[0-9a-f-]{36}$/.test(id))
    && /^[0-9a-f]{64}$/.test(String(said?.sha256)) && Number.isSafeInteger(said?.size)
}

function json(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(strFromU8(bytes))
  } catch {
    return null
  }
}

const hashOf = (bytes: Uint8Array): Promise<string> => sha256Of(bytes.slice().buffer as ArrayBuffer)
