/** The inbox: read marks out, what is new in. A read mark is news too, so that all devices of a person agree. */

import { metaValue, setMeta, type UserDb } from '../../store/db'
import { countUnread, type EntryRow } from '../../store/rectification'
import { ApiProblem } from '../http'
import type { Transport } from '../transport'

/** Older ones are at the server; nobody scrolls further on a phone. */
const MOST_KEPT = 300

interface Page { entries: EntryRow[]; seq: number; more: boolean }

export async function readInbox(db: UserDb, transport: Transport): Promise<void> {
  await sendMarks(db, transport)
  for (let page = 0; page < 50; page++) {
    const after = (await metaValue<number>(db, 'inbox_seq')) ?? 0
    const reply = (await transport.ask(`/inbox?after=${after}`)) as Partial<Page> | null
    if (!reply || !Array.isArray(reply.entries) || typeof reply.seq !== 'number') throw new ApiProblem('phone.offline', { why: 'not an inbox' })
    if (reply.entries.length || reply.seq !== after) await takeIn(db, reply as Page)
    if (!reply.more) return
  }
}

async function sendMarks(db: UserDb, transport: Transport): Promise<void> {
  await setMeta(db, 'marks', undefined)
  const marked = await db.inbox.filter((entry) => entry.marked === true).primaryKeys()
  for (let at = 0; at < marked.length; at += 500) {
    const ids = marked.slice(at, at + 500)
    try {
      await transport.ask('/inbox/read', { method: 'POST', body: { ids } })
    } catch (failure) {
      await setMeta(db, 'marks', true)
      throw failure
    }
    await db.transaction('rw', ['inbox'], async (tables) => { for (const id of ids) await tables.inbox.update(id, { marked: undefined } as unknown as Partial<EntryRow>) })
  }
}

function takeIn(db: UserDb, { entries, seq }: Page): Promise<void> {
  return db.transaction('rw', ['inbox', 'meta'], async (tables) => {
    const known = await tables.inbox.bulkGet(entries.map((entry) => entry.id))
    // What was read here a moment ago stays read, though the server's word was on its way before.
    await tables.inbox.bulkPut(entries.map((entry, i) => (known[i]?.marked && !entry.read_at ? known[i] : entry)))
    const all = (await tables.inbox.toArray()).sort((a, b) => (a.at < b.at ? 1 : -1))
    await tables.inbox.bulkDelete(all.slice(MOST_KEPT).filter((entry) => entry.read_at !== null).map((entry) => entry.id))
    await setMeta(tables, 'inbox_seq', seq)
    await countUnread(tables)
  })
}
