/** The number in violet: whatever stops this phone until a person acts, from any screen. */
import { beforeEach, expect, test } from 'vitest'
import { aPhone, aServer, cleanPhone, LIN, says, type Phone } from '../../testing/cast'
import { problem, type FakeServer } from '../../testing/fakeServer'
import { needs } from '../store/pending'
import { syncOnce } from './engine'
import { unbar } from './session'

let server: FakeServer
let phone: Phone

beforeEach(async () => {
  await cleanPhone()
  server = aServer()
  phone = await aPhone(server, LIN)
})

const sync = () => syncOnce(phone.db, phone.transport)
const answers = (status: number, code: string, family: 'barred' | 'refused' | 'busy') => server.plant('/api/v1/sync', { kind: 'answer', response: () => problem(status, code, family) })

test('a phone that has nothing to do for anybody shows none', async () => {
  await says(phone, 'answer/1.1/verdict', 'met')
  expect(await needs(phone.db)).toEqual({ barred: false, refused: undefined, asks: 0 })
})

test('having to sign in again is one thing to do, until it is done', async () => {
  await says(phone, 'answer/1.1/verdict', 'met')
  await says(phone, 'answer/1.2/verdict', 'met')
  answers(401, 'sign_in', 'barred')
  expect((await sync()).outcome).toBe('barred')
  expect(await needs(phone.db)).toMatchObject({ barred: true, asks: 1 })

  await unbar(phone.db)
  expect((await sync()).outcome).toBe('done')
  expect(await needs(phone.db)).toMatchObject({ barred: false, asks: 0 })
})

test('a refused sync stays in sight, with its words, until one goes well', async () => {
  answers(422, 'sync.protocol', 'refused')
  expect((await sync()).outcome).toBe('refused')
  const { refused, asks } = await needs(phone.db)
  expect(asks).toBe(1)
  expect(refused).toMatchObject({ code: 'sync.protocol' })
  expect(refused!.message.zh).not.toBe('')

  server.plant('/api/v1/sync', { kind: 'lost' })
  await sync()
  expect((await needs(phone.db)).asks).toBe(1)

  await sync()
  expect(await needs(phone.db)).toEqual({ barred: false, refused: undefined, asks: 0 })
})

test('a step that the server holds and a busy server are told apart', async () => {
  server.hold = () => 'op.not_yours'
  await says(phone, 'answer/1.1/verdict', 'met')
  await sync()
  expect((await needs(phone.db)).asks).toBe(1)
  answers(503, 'busy', 'busy')
  await sync()
  expect((await needs(phone.db)).asks).toBe(1)
})
