import { beforeEach, expect, test } from 'vitest'
import { aPhone, aServer, cleanPhone, LIN, partnerSays, reopened, says, SHIQIAO, type Phone } from '../../testing/cast'
import { FULL, refusing } from '../../testing/faults'
import type { FakeServer } from '../../testing/fakeServer'
import { value } from '../core/oplog'
import { readState } from '../store/documents'
import { counts } from '../store/pending'
import { rememberUser } from '../store/shared'
import { logout } from './api'
import { syncOnce } from './engine'

let server: FakeServer
let phone: Phone

beforeEach(async () => {
  await cleanPhone()
  server = aServer()
  phone = await aPhone(server, LIN)
})

test('who signs out at the door finds the unsent work again and sends it', async () => {
  const op = await says(phone, 'answer/1.1/verdict', 'met')

  await logout()
  expect(await counts(phone.db)).toMatchObject({ ops_waiting: 1 })

  await rememberUser(LIN)
  expect(await syncOnce(phone.db, phone.transport)).toMatchObject({ outcome: 'done', sent: 1 })
  expect(server.log.map(({ id }) => id)).toEqual([op.id])
})

test('what the partner did and the phone had no room for is asked for again', async () => {
  partnerSays(server, { id: '0190a000-0000-7000-8000-000000000001', target: 'answer/2.1/verdict', value: 'met' })
  const full = refusing('ops', 'put', FULL)
  await syncOnce(phone.db, phone.transport)
  expect(full()).toBe(true)

  phone = reopened(phone)
  await syncOnce(phone.db, phone.transport)

  expect(value((await readState(phone.db, SHIQIAO)).state, 'answer/2.1/verdict')).toBe('met')
})
