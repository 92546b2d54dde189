/** A centre's phone that was revoked: what was done on it reaches a supervisor, then nothing of it is left. */

import { beforeEach, expect, test } from 'vitest'
import { aPhone, aServer, cleanPhone, LIN, SHIQIAO, type Phone } from '../../../testing/cast'
import type { FakeServer } from '../../../testing/fakeServer'
import type { Item } from '../../core/rectification'
import { metaValue } from '../../store/db'
import { keepAfterPhoto, keepDraft, makeMove } from '../../store/rectification'
import { currentUser, type User } from '../../store/shared'
import { syncOnce } from '../engine'

const SHI: User = { ...LIN, id: '00000000-0000-4000-8000-000000000005', username: 'shi', name: '石', role: 'centre', scope: '990123101' }
const item = (n: number) => ({ id: `33333333-3333-4333-8333-33333333333${n}`, inspection: SHIQIAO }) as Item
let server: FakeServer
let shi: Phone

beforeEach(async () => {
  await cleanPhone()
  server = aServer()
  shi = await aPhone(server, SHI)
  server.revoked.add(SHI.id)
})

const sync = () => syncOnce(shi.db, shi.transport)
const rows = async () => Promise.all([shi.db.moves, shi.db.photos, shi.db.bytes, shi.db.orders, shi.db.inbox, shi.db.meta].map((table) => table.count()))

test('hands in every move, the refused ones too, and its photos, then lets go and says goodbye', async () => {
  const photo = await keepAfterPhoto(shi.db, item(1), new Uint8Array(500).fill(4).buffer)
  await makeMove(shi.db, item(1), 'done', { words: '已换新', photos: [photo] })
  await makeMove(shi.db, item(2), 'appeal', { words: '不同意' })
  const [, second] = await shi.db.moves.toArray()
  await shi.db.moves.update(second!.id, { state: 'refused', code: 'not_found' })
  await shi.db.inbox.put({ id: 'e1', seq: 1, kind: 'issued', words: { zh: '通知', en: 'Order' }, link: '/', at: '2026-09-21T01:00:00.000Z', read_at: null })

  expect(await sync()).toMatchObject({ outcome: 'revoked', photos: 1 })

  expect([...server.held.values()].map(({ op }) => (op as unknown as { content: { words: string } }).content.words).sort()).toEqual(['不同意', '已换新'])
  expect(server.photos.has(photo)).toBe(true)
  expect(server.asked.at(-1)).toBe('DELETE /api/v1/session')
  expect(await currentUser()).toBeNull()
  expect(await rows()).toEqual([0, 0, 0, 0, 0, 0])
})

test('lets go of nothing while the line breaks, and is not barred by it', async () => {
  await makeMove(shi.db, item(1), 'done', { words: '已换新' })
  server.plant('/api/v1/sync', { kind: 'lost' })
  expect((await sync()).outcome).toBe('offline')
  server.plant('/api/v1/sync', { kind: 'reply lost' }, { kind: 'reply lost' })
  expect((await sync()).outcome).toBe('offline')
  expect(await metaValue(shi.db, 'barred')).toBeUndefined()
  expect(await shi.db.moves.count()).toBe(1)
  expect((await sync()).outcome).toBe('offline')
  expect((await sync()).outcome).toBe('revoked')
  expect(server.held.size).toBe(1)
})

test('keeps what was still being written, unseen, for its writer', async () => {
  await keepAfterPhoto(shi.db, item(1), new Uint8Array(500).fill(4).buffer)
  await keepDraft(shi.db, item(2), 'answer', { words: '还没写' })
  expect((await sync()).outcome).toBe('revoked')
  expect((await shi.db.moves.toArray()).map(({ state }) => state)).toEqual(['draft', 'draft'])
  expect([await shi.db.photos.count(), await shi.db.bytes.count()]).toEqual([1, 1])
  expect(await currentUser()).toBeNull()
})

test('whose session is simply over keeps everything and asks for a sign-in', async () => {
  server.revoked.clear()
  shi.browser.user = null
  await makeMove(shi.db, item(1), 'done', { words: '已换新' })
  expect((await sync()).outcome).toBe('barred')
  expect(await shi.db.moves.count()).toBe(1)
  expect(await metaValue(shi.db, 'barred')).toBe(true)
})
