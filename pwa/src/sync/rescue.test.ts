import { beforeEach, expect, test } from 'vitest'
import { aPhone, aServer, cleanPhone, LIN, says, SHIQIAO, type Phone } from '../../testing/cast'
import type { FakeServer } from '../../testing/fakeServer'
import { clock } from '../store/clock'
import { counts } from '../store/pending'
import { keepPhoto } from '../store/photos'
import { currentUser, rememberUser } from '../store/shared'
import { syncOnce } from './engine'

let server: FakeServer
let phone: Phone

beforeEach(async () => {
  clock.now = () => Date.now()
  await cleanPhone()
  server = aServer()
  phone = await aPhone(server, LIN)
})

const sync = () => syncOnce(phone.db, phone.transport)
const photograph = () => keepPhoto(phone.db, {
  inspection: SHIQIAO, indicator: '1.2', finding: null, kind: 'signage', source: 'camera', bytes: new Uint8Array(1000).fill(7).buffer, width: 20, height: 15, position: null, name: '1.jpg',
})
const rows = () => phone.db.transaction('r', ['ops', 'outbox', 'inspections', 'checklists', 'photos', 'bytes', 'meta'], async (tables) =>
  (await Promise.all([tables.ops, tables.outbox, tables.inspections, tables.checklists, tables.photos, tables.bytes, tables.meta].map((table) => table.count()))).reduce((sum, one) => sum + one, 0))

test('a revoked phone hands in its steps and photos, says goodbye, and keeps nothing', async () => {
  await says(phone, 'answer/1.1/verdict', 'met')
  await sync()
  await photograph()
  const late = await says(phone, 'answer/1.2/verdict', 'not_met')
  server.revoked.add(LIN.id)

  expect(await sync()).toMatchObject({ outcome: 'revoked', photos: 1 })

  expect([...server.held.values()].map(({ code }) => code)).toEqual(['op.device_revoked', 'op.device_revoked'])
  expect(server.held.has(late.id)).toBe(true)
  expect(server.photos.size).toBe(1)
  expect(server.asked.at(-1)).toBe('DELETE /api/v1/session')
  expect(await currentUser()).toBeNull()
  expect(await rows()).toBe(0)
})

test('nothing is let go of before all of it is at the server', async () => {
  await sync()
  await says(phone, 'answer/1.1/verdict', 'met')
  await photograph()
  server.revoked.add(LIN.id)
  server.plant('/api/v1/uploads', { kind: 'lost' })

  expect((await sync()).outcome).toBe('offline')
  expect(await counts(phone.db)).toEqual({ ops_waiting: 0, photos_waiting: 1, held: 0 })
  expect((await currentUser())?.id).toBe(LIN.id)

  expect((await sync()).outcome).toBe('revoked')
  expect(await rows()).toBe(0)
})

test('what waited for a person, and what was refused, is handed in too', async () => {
  server.hold = () => 'op.role_forbidden'
  await says(phone, 'answer/1.1/verdict', 'met')
  await sync()
  expect(await counts(phone.db)).toMatchObject({ held: 1 })
  server.revoked.add(LIN.id)
  expect((await sync()).outcome).toBe('revoked')
  expect([...server.held.values()].map(({ code }) => code)).toEqual(['op.device_revoked'])
})

test('what even then cannot be taken stays for its owner, unseen, and goes when she signs in again', async () => {
  await sync()
  const stubborn = await says(phone, 'answer/1.1/verdict', 'met')
  await says(phone, 'answer/1.2/verdict', 'met')
  server.choke = (op) => op.id === stubborn.id
  server.revoked.add(LIN.id)
  while ((await sync()).outcome !== 'revoked');

  expect(await currentUser()).toBeNull()
  expect(await phone.db.ops.count()).toBe(1)
  expect(server.asked.at(-1)).toBe('POST /api/v1/sync')
  server.revoked.clear()
  server.choke = () => false
  await rememberUser(LIN)
  await phone.db.outbox.update(stubborn.id, { state: 'waiting' })
  await sync()
  expect(server.log.map(({ id }) => id)).toEqual([stubborn.id])
})
