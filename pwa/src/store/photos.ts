/**
 * Evidence on this phone. A photo is kept with the op that announces it, in one transaction: either both are there or neither.
 * The bytes stay until the server has proved that it holds the same ones.
 */

import { addOp, heads, type Op, type State } from '../core/oplog'
import type { Json } from '../core/canonical'
import { ApiProblem, isStorageFull } from './failures'
import { randomUuid, timestamp } from './clock'
import type { PhotoRow, UserDb } from './db'
import { deviceName, readState, writeInside, type Pen } from './documents'
import { nudge } from './nudge'

export type { PhotoRow, PhotoState } from './db'

/** Decimal strings, as ops carry them. */
export interface Position {
  lat: string
  lon: string
  accuracy_m: number
}

export interface NewPhoto {
  /** Where it was needed before the bytes were fixed; absent = a new one. */
  id?: string
  inspection: string
  indicator: string | null
  finding: string | null
  kind: string
  source: 'camera' | 'system' | 'import'
  bytes: ArrayBuffer
  thumb?: ArrayBuffer
  width: number
  height: number
  /** What is said with it in the same step: what it replaces, or was made from. `target` is the new photo's. */
  also?: (state: State, pen: Pen, target: string) => Op[]
  /** `YYYY-MM-DDTHH:MM:SS.mmmZ`; absent = now. */
  taken_at?: string
  position: Position | null
  name: string
}

/**
 * Resolves when photo and op are durable. A phone that is full gives up originals that the server has proved. Throws ApiProblem `phone.storage_full` when the phone has no room: then nothing
 * of it was saved, and the screen must say so.
 */
export async function keepPhoto(db: UserDb, photo: NewPhoto): Promise<{ id: string; sha256: string; ops: Op[] }> {
  const id = photo.id ?? randomUuid()
  const [sha256, device] = await Promise.all([sha256Of(photo.bytes), deviceName(db)])
  const taken_at = photo.taken_at ?? timestamp()
  const size = photo.bytes.byteLength
  const { kind, position, indicator, finding, source, width, height, name } = photo
  const offset_min = -new Date(taken_at).getTimezoneOffset()
  const announced = {
    sha256, size, kind, taken_at, offset_min, position, indicator, finding, source, width, height, name,
  } as unknown as Json
  const keep = () =>
    db.transaction('rw', ['ops', 'outbox', 'meta', 'photos', 'bytes'], async (tables) => {
      await tables.bytes.add({ id, bytes: photo.bytes })
      if (photo.thumb) await tables.bytes.add({ id: thumbKey(id), bytes: photo.thumb })
      await tables.photos.add({ id, inspection: photo.inspection, mine: true, state: 'local', sha256, size, taken_at })
      return writeInside(tables, photo.inspection, device, (state, pen) => {
        const target = `photo/${id}`
        return [addOp(pen, target, announced), ...(photo.also?.(state, pen, target) ?? [])]
      })
    })
  const ops = await keep()
    .catch(async (failure: unknown) => {
      // Apart, because a phone that is not full needs none of it.
      if (!isStorageFull(failure) || !(await (await import('./room')).makeRoomNow(db, size))) throw failure
      return keep()
    })
    .catch((failure: unknown) => {
      throw isStorageFull(failure) ? new ApiProblem('phone.storage_full') : failure
    })
  nudge()
  return { id, sha256, ops }
}

/** Where each photo of the visit is: only here, at the server, or proved there. In the order they were taken. */
export async function photoRows(db: UserDb, inspection: string): Promise<PhotoRow[]> {
  const rows = await db.photos.where({ inspection }).toArray()
  return rows.sort((a, b) => ((a.taken_at ?? '') < (b.taken_at ?? '') ? -1 : 1))
}

/** An address to show it by: the original, or what was kept of it. The caller revokes it. Undefined if neither is here. */
export async function photoUrl(db: UserDb, id: string, size: 'thumb' | 'large' = 'large'): Promise<string | undefined> {
  // The small one lies apart: a list of sixty must not read sixty large ones.
  const small = size === 'thumb' ? await photoBytes(db, thumbKey(id)) : undefined
  const row = small ? undefined : await db.bytes.get(id)
  const bytes = small ?? (size === 'thumb' ? row?.thumb : undefined) ?? row?.bytes ?? (await photoBytes(db, thumbKey(id)))
  return bytes && URL.createObjectURL(new Blob([bytes], { type: 'image/jpeg' }))
}

/** Where the small picture lies: beside the original, and in its place when that was given up. */
export const thumbKey = (id: string): string => `thumb:${id}`

export async function photoBytes(db: UserDb, id: string): Promise<ArrayBuffer | undefined> {
  return (await db.bytes.get(id))?.bytes
}

/** What was announced about a photo, by whoever took it. */
export async function announced(db: UserDb, inspection: string, id: string): Promise<Json | undefined> {
  const { state } = await readState(db, inspection)
  return heads(state, `photo/${id}`)[0]?.value
}

export async function sha256Of(bytes: ArrayBuffer): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
