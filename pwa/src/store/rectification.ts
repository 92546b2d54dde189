/**
 * A centre's orders on this phone, and what is done about them. A move is saved in one strict transaction and stays until the
 * server has answered for it; what is still being written is a draft in the same table, so that nothing typed is lost when the
 * camera opens. Photos of a draft stay here; with the report they go on their way.
 */

import type { Words } from '../core/problems'
import { expected, type Content, type Item, type MoveKind, type Order } from '../core/rectification'
import { randomUuid, timestamp } from './clock'
import { metaValue, setMeta, type PhotoRow, type Tables, type UserDb } from './db'
import { ApiProblem, isStorageFull } from './failures'
import { nudge } from './nudge'
import { sha256Of } from './photos'

/**
 * `draft` is being written; `waiting` has not been answered for; `sent` the server has; `refused` waits for a person;
 * `aside` was refused and a person has seen it. Nothing goes away before the server has it.
 */
export interface MoveRow {
  id: string
  item: string
  inspection: string
  seq: number
  state: 'draft' | 'waiting' | 'sent' | 'refused' | 'aside'
  kind: MoveKind
  said_at: string
  content: Content
  /** Why it had no effect, or was refused. */
  code?: string
  message?: Words
  acked_at?: number
}

/** One thing that a person was told. `marked`: read here, and the server does not know it yet. */
export interface EntryRow {
  id: string
  seq: number
  kind: string
  words: Words
  link: string
  at: string
  read_at: string | null
  marked?: boolean
}

/** An item with its order, its own moves here, and how it will stand with them. */
export interface Kept {
  order: Order
  item: Item
  own: MoveRow[]
}

export const PICTURE = (photo: string): string => `before/${photo}`

/** Every item that this phone knows, with what waits here taken in. */
export function keptItems(db: UserDb): Promise<Kept[]> {
  return db.transaction('r', ['orders', 'moves'], async (tables) => {
    const [orders, moves] = await Promise.all([tables.orders.toArray(), tables.moves.toArray()])
    return orders.flatMap((order) => order.items.map((item) => keptOf(order, item, moves.filter((move) => move.item === item.id))))
  })
}

/** Undefined where this phone does not know it (any more). */
export async function keptItem(db: UserDb, id: string): Promise<Kept | undefined> {
  return (await keptItems(db)).find(({ item }) => item.id === id)
}

function keptOf(order: Order, item: Item, moves: MoveRow[]): Kept {
  const known = new Set((item.moves ?? []).map((move) => move.id))
  const own = moves.sort((a, b) => a.seq - b.seq)
  const ahead = own.filter((move) => (move.state === 'waiting' || move.state === 'sent') && !known.has(move.id) && move.code === undefined)
  return { order, item: expected(item, ahead), own }
}

const draftId = (item: string, kind: MoveKind): string => `draft/${item}/${kind}`

/** Keeps what is being written, as often as one likes. What it does not name stays: the camera writes there too. */
export async function keepDraft(db: UserDb, item: Item, kind: MoveKind, change: Content): Promise<void> {
  await db.transaction('rw', ['moves'], (tables) => changeDraft(tables, item, kind, (content) => ({ ...content, ...change })))
}

async function changeDraft(tables: Tables, item: Item, kind: MoveKind, change: (content: Content) => Content): Promise<void> {
  const id = draftId(item.id, kind)
  const content = change((await tables.moves.get(id))?.content ?? {})
  await tables.moves.put({ id, item: item.id, inspection: item.inspection, seq: 0, state: 'draft', kind, said_at: timestamp(), content })
}

export async function draftOf(db: UserDb, item: string, kind: MoveKind): Promise<Content> {
  return (await db.moves.get(draftId(item, kind)))?.content ?? {}
}

/** Saves a move; resolves when it is durable. Its draft is gone then, and the photos that it names are on their way. */
export async function makeMove(db: UserDb, item: Item, kind: MoveKind, content: Content): Promise<void> {
  const id = randomUuid()
  await db.transaction('rw', ['moves', 'photos', 'meta'], async (tables) => {
    const seq = ((await metaValue<number>(tables, 'move_seq')) ?? 0) + 1
    await setMeta(tables, 'move_seq', seq)
    await tables.moves.put({ id, item: item.id, inspection: item.inspection, seq, state: 'waiting', kind, said_at: timestamp(), content })
    await tables.moves.delete(draftId(item.id, kind))
    for (const photo of content.photos ?? []) {
      const row = await tables.photos.get(photo)
      if (row?.state === 'draft') await tables.photos.update(photo, { state: 'local' })
    }
  })
  nudge()
}

/** A refused move has been seen: it stays on the phone and asks for nobody any more. */
export async function setAside(db: UserDb, id: string): Promise<void> {
  await db.moves.where({ id }).filter((move) => move.state === 'refused').modify((move) => { move.state = 'aside' })
}

/** Takes a photo into the draft of a report. Throws ApiProblem `phone.storage_full` when there is no room: then nothing was saved. */
export async function keepAfterPhoto(db: UserDb, item: Item, bytes: ArrayBuffer): Promise<string> {
  const id = randomUuid()
  const sha256 = await sha256Of(bytes)
  const photo: PhotoRow = { id, inspection: item.inspection, item: item.id, mine: true, state: 'draft', sha256, size: bytes.byteLength, taken_at: timestamp() }
  try {
    await db.transaction('rw', ['moves', 'photos', 'bytes'], async (tables) => {
      await tables.bytes.add({ id, bytes })
      await tables.photos.add(photo)
      await changeDraft(tables, item, 'done', (content) => ({ ...content, photos: [...(content.photos ?? []), id] }))
    })
  } catch (failure) {
    throw isStorageFull(failure) ? new ApiProblem('phone.storage_full') : failure
  }
  return id
}

/** Takes a photo out of the draft again; it never left the phone. */
export async function dropAfterPhoto(db: UserDb, item: string, photo: string): Promise<void> {
  await db.transaction('rw', ['moves', 'photos', 'bytes'], async (tables) => {
    const draft = await tables.moves.get(draftId(item, 'done'))
    if (draft) await tables.moves.put({ ...draft, content: { ...draft.content, photos: (draft.content.photos ?? []).filter((one) => one !== photo) } })
    if ((await tables.photos.get(photo))?.state !== 'draft') return
    await tables.photos.delete(photo)
    await tables.bytes.delete(photo)
  })
}

/** Newest first. */
export async function entries(db: UserDb): Promise<EntryRow[]> {
  return (await db.inbox.toArray()).sort((a, b) => (a.at === b.at ? b.seq - a.seq : a.at < b.at ? 1 : -1))
}

/** Marks entries as read here, and soon at the server. */
export async function markRead(db: UserDb, ids: string[]): Promise<void> {
  const marked = await db.transaction('rw', ['inbox', 'meta'], async (tables) => {
    let count = 0
    for (const row of await tables.inbox.bulkGet(ids)) {
      if (!row || row.read_at) continue
      await tables.inbox.put({ ...row, read_at: timestamp(), marked: true })
      count++
    }
    if (count) {
      await countUnread(tables)
      await setMeta(tables, 'marks', true)
    }
    return count
  })
  if (marked) nudge()
}

/** The number at the bell, from what is here. */
export async function countUnread(tables: Tables): Promise<void> {
  await setMeta(tables, 'unread', await tables.inbox.filter((entry) => entry.read_at === null).count())
}
