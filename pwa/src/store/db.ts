/**
 * One user's database on this phone: `mingcha-<userId>`. Another user of the same phone has another one and never opens this.
 *
 * What is done in one `transaction` is done through the tables that it hands out, never through the database's own.
 * Photos' bytes are ArrayBuffers (Safari loses Blobs) in a table of their own, so that lists never load them.
 */

import type { Checklist } from '../core/checklist'
import type { InspectionState, Op } from '../core/oplog'
import type { Order } from '../core/rectification'
import type { EntryRow, MoveRow } from './rectification'
import type { KeptSite } from './sites'
import { Database, opened, type Opened, type Shape, type Table } from './tables'

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
  /** Null outside any campaign; older rows say nothing. */
  campaign?: string | null
  campaign_title: { zh: string; en: string } | string | null
  visit_on: string | null
  updated_seq: number
  /** When this phone last proved that it can do the visit offline. */
  prepared_at?: string
  /** It left this user's area while unsent work was here; it goes when that is sent. */
  left?: boolean
  /** The server history it was last seen in. */
  epoch?: string
  /** Opened by a colleague's code, before the server said anything of it. `standing`: what the server said to that. */
  joined?: { inviter: Named; device: string; at: string; seal: string; standing?: string; asked_at?: number }
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

/** `draft`: of a report that is not sent off yet; nothing of it leaves the phone. */
export type PhotoState = 'draft' | 'local' | 'uploaded' | 'verified'

export interface PhotoRow {
  id: string
  inspection: string
  /** Taken on this phone: it uploads it. Others are known only by the server's word. */
  mine: boolean
  state: PhotoState
  sha256?: string
  /** An after-photo: the item of rectification that it is for. */
  item?: string
  size: number
  taken_at?: string
  upload_url?: string
  tries?: number
  /** Unix ms before which no upload is tried. */
  not_before?: number
  /** Why the server does not take it; a person decides. */
  code?: string
  verified_at?: number
  /** When the original was given up for want of room; a small picture of it is still here. */
  freed_at?: number
}

interface BytesRow {
  id: string
  bytes: ArrayBuffer
  /** A small one for lists, where a build before this kept it; now it is a row of its own. */
  thumb?: ArrayBuffer
}

export interface ChecklistRow {
  digest: string
  content: Checklist
}

export interface MetaRow {
  key: string
  value: unknown
}

/** A user's tables: of the database, each call for itself; or of one transaction, all together. */
export interface Tables {
  readonly userId: string
  readonly ops: Table<OpRow>
  readonly outbox: Table<OutboxRow>
  readonly inspections: Table<InspectionMeta>
  readonly checklists: Table<ChecklistRow>
  readonly photos: Table<PhotoRow>
  readonly bytes: Table<BytesRow>
  readonly meta: Table<MetaRow>
  readonly orders: Table<Order>
  readonly moves: Table<MoveRow>
  readonly inbox: Table<EntryRow>
  readonly sites: Table<KeptSite>
}

export type TableName = Exclude<keyof Tables, 'userId'>

const SHAPE: Shape = {
  ops: { key: 'id', indexes: ['inspection', '[inspection+target]'] },
  outbox: { key: 'id', indexes: ['inspection', '[state+seq]'] },
  inspections: { key: 'id' },
  checklists: { key: 'digest' },
  photos: { key: 'id', indexes: ['inspection', 'state'] },
  bytes: { key: 'id' },
  meta: { key: 'key' },
  orders: { key: 'id' },
  moves: { key: 'id', indexes: ['item', '[state+seq]'] },
  inbox: { key: 'id' },
  sites: { key: 'id' },
}
/** Grows with each table or index; phones in use have databases of 10. */
const VERSION = 12

type Own = Omit<Tables, 'userId'>

export interface UserDb extends Tables, Omit<Opened<Own>, keyof Own> {
  transaction<R>(mode: 'r' | 'rw', names: TableName[], work: (tables: Tables) => Promise<R>): Promise<R>
}

/** A connection of its own, as another tab has; everybody else asks `openDb`. */
export function connect(userId: string): UserDb {
  const own = opened<Own>(new Database(`mingcha-${userId}`, VERSION, SHAPE))
  return { ...own, userId, transaction: (mode, names, work) => own.transaction(mode, names, (tables) => work({ userId, ...tables })) }
}

const open = new Map<string, UserDb>()

/** The database of this user; one connection per page or worker. */
export function openDb(userId: string): UserDb {
  let db = open.get(userId)
  if (!db) {
    db = connect(userId)
    open.set(userId, db)
  }
  return db
}

/** Closes all; the next `openDb` connects again. */
export function closeDbs(): void {
  for (const db of open.values()) db.close()
  open.clear()
}

export async function metaValue<T>(db: Tables, key: string): Promise<T | undefined> {
  return (await db.meta.get(key))?.value as T | undefined
}

export async function setMeta(db: Tables, key: string, value: unknown): Promise<void> {
  if (value === undefined) await db.meta.delete(key)
  else await db.meta.put({ key, value })
}
