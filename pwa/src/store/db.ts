/**
 * One user's database on this phone: `mingcha-<userId>`. Another user of the same phone has another one and never opens this.
 *
 * Writes are strict: a transaction that resolved has been flushed, where the browser can promise that. Dexie reopens by
 * itself when iOS or a newer tab closed the connection, and an older build opens a newer database.
 * Photos' bytes are ArrayBuffers (Safari loses Blobs) in a table of their own, so that lists never load them.
 */

import { Dexie, type Table } from 'dexie'
import type { Checklist } from '../core/checklist'
import type { InspectionState, Op } from '../core/oplog'

export interface Named {
  id: string
  name: string
}

export interface InspectionMeta {
  id: string
  site: { id: string; name: { zh: string; en: string }; region: string; address: string; lat?: string | null; lon?: string | null }
  checklist: { slug: string; version: string; digest: string; title: { zh: string; en: string } }
  team: Named[]
  state: InspectionState
  campaign_title: { zh: string; en: string } | string | null
  visit_on: string | null
  updated_seq: number
  /** When this phone last proved that it can do the visit offline. */
  prepared_at?: string
  /** It left this user's area while unsent work was here; it goes when that is sent. */
  left?: boolean
  /** The server history it was last seen in. */
  epoch?: string
}

/** `acked_at` Unix ms of the server's acknowledgement (own ops only); `epoch`: the server history it was last seen in. */
export interface OpRow extends Op {
  acked_at?: number
  epoch?: string
  received_at?: string
}

/** One own op that the server has not taken yet. `held` waits for a person, never for the network. */
export interface OutboxRow {
  id: string
  inspection: string
  seq: number
  state: 'waiting' | 'held'
  code?: string
}

export type PhotoState = 'local' | 'uploaded' | 'verified'

export interface PhotoRow {
  id: string
  inspection: string
  /** Taken on this phone: it uploads it. Others are known only by the server's word. */
  mine: boolean
  state: PhotoState
  sha256?: string
  size: number
  taken_at?: string
  upload_url?: string
  tries?: number
  /** Unix ms before which no upload is tried. */
  not_before?: number
  /** Why the server does not take it; a person decides. */
  code?: string
  verified_at?: number
}

interface BytesRow {
  id: string
  bytes: ArrayBuffer
  /** A small one for lists. */
  thumb?: ArrayBuffer
}

interface ChecklistRow {
  digest: string
  content: Checklist
}

export interface MetaRow {
  key: string
  value: unknown
}

export class UserDb extends Dexie {
  ops!: Table<OpRow, string>
  outbox!: Table<OutboxRow, string>
  inspections!: Table<InspectionMeta, string>
  checklists!: Table<ChecklistRow, string>
  photos!: Table<PhotoRow, string>
  bytes!: Table<BytesRow, string>
  meta!: Table<MetaRow, string>

  constructor(readonly userId: string) {
    super(`mingcha-${userId}`, { chromeTransactionDurability: 'strict' })
    this.version(1).stores({
      ops: 'id, inspection, [inspection+target]',
      outbox: 'id, inspection, [state+seq]',
      inspections: 'id',
      checklists: 'digest',
      photos: 'id, inspection, state',
      bytes: 'id',
      meta: 'key',
    })
  }
}

const open = new Map<string, UserDb>()

/** The database of this user; one connection per page or worker. */
export function openDb(userId: string): UserDb {
  let db = open.get(userId)
  if (!db) {
    db = new UserDb(userId)
    open.set(userId, db)
  }
  return db
}

/** Closes all; the next `openDb` connects again. */
export function closeDbs(): void {
  for (const db of open.values()) db.close()
  open.clear()
}

export async function metaValue<T>(db: UserDb, key: string): Promise<T | undefined> {
  return (await db.meta.get(key))?.value as T | undefined
}

export async function setMeta(db: UserDb, key: string, value: unknown): Promise<void> {
  if (value === undefined) await db.meta.delete(key)
  else await db.meta.put({ key, value })
}
