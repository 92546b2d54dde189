import { beforeEach, describe, expect, test } from 'vitest'
import { aPhone, aServer, cleanPhone, LIN, reopened, says, SHIQIAO, ZHAO, type Phone } from '../../testing/cast'
import { page, problem, type FakeServer } from '../../testing/fakeServer'
import { clock } from '../store/clock'
import { counts, offerAgain, trouble } from '../store/pending'
import { keepPhoto, photoBytes, photoRows } from '../store/photos'
import { photosOnce, syncOnce } from './engine'

let server: FakeServer
let phone: Phone

beforeEach(async () => {
  clock.now = () => Date.now()
  await cleanPhone()
  server = aServer()
  phone = await aPhone(server, LIN)
})

const sync = () => syncOnce(phone.db, phone.transport)

async function takes(size: number, fill = 7): Promise<{ id: string; sha256: string }> {
  const bytes = new Uint8Array(size).fill(fill).buffer
  return keepPhoto(phone.db, {
    inspection: SHIQIAO, indicator: '1.2', finding: null, kind: 'signage', source: 'camera', bytes,
    width: 2048, height: 1536, position: { lat: '36.18000', lon: '118.16000', accuracy_m: 25 }, name: '1.jpg',
  })
}

const stateOf = async (id: string) => (await photoRows(phone.db, SHIQIAO)).find((row) => row.id === id)?.state

test('a photo is announced, sent, and verified only because the server named its hash', async () => {
  const { id, sha256 } = await takes(1000)
  expect(await counts(phone.db)).toMatchObject({ ops_waiting: 1, photos_waiting: 1 })

  expect(await sync()).toMatchObject({ outcome: 'done', sent: 1, photos: 1, left: false })

  expect(server.log[0]).toMatchObject({ kind: 'add', target: `photo/${id}`, value: { sha256, size: 1000, indicator: '1.2' } })
  expect(server.photos.get(id)).toBe(sha256)
  expect(await stateOf(id)).toBe('verified')
  expect(server.asked.filter((line) => line.includes('/uploads'))).toEqual(['POST /api/v1/uploads'])
})

test('steps go before photos, and small photos before large ones', async () => {
  const large = await takes(3000)
  const small = await takes(1000)
  const middle = await takes(2000)
  await says(phone, 'answer/1/verdict', 'met')
  await sync()
  expect([...server.uploads.values()].map(({ photo }) => photo)).toEqual([small.id, middle.id, large.id])
  expect(server.asked[0]).toBe('POST /api/v1/sync')
})

test('a broken upload goes on where it stopped, also after the browser was killed', async () => {
  const { id } = await takes(1_300_000)
  server.plant('/api/v1/uploads/', { kind: 'lost' })
  expect(await sync()).toMatchObject({ outcome: 'offline', left: true })
  expect(await stateOf(id)).toBe('local')

  phone = reopened(phone)
  expect(await sync()).toMatchObject({ outcome: 'done', photos: 1 })
  expect(server.uploads.size).toBe(1)
  expect(await stateOf(id)).toBe('verified')
})

test('a photo whose last answer got lost is asked about, not sent twice', async () => {
  const { id } = await takes(600_000)
  server.plant('/api/v1/uploads/', { kind: 'reply lost' })
  await sync()
  expect(await sync()).toMatchObject({ photos: 1 })
  expect(server.uploads.size).toBe(1)
  expect(await stateOf(id)).toBe('verified')
})

test('an upload that the server has forgotten begins again', async () => {
  await takes(600_000)
  server.plant('/api/v1/uploads/', { kind: 'lost' })
  await sync()
  server.uploads.clear()
  expect(await sync()).toMatchObject({ outcome: 'done', photos: 1, left: false })
})

describe('a photo is not verified, and its bytes stay,', () => {
  test('when the server does not say what it holds', async () => {
    const { id } = await takes(1000)
    const silent = { ...phone.transport, upload: async () => ({ verified: null }) }
    expect(await syncOnce(phone.db, silent)).toMatchObject({ photos: 0, left: true })
    expect(await stateOf(id)).toBe('uploaded')
    expect((await photoBytes(phone.db, id))!.byteLength).toBe(1000)

    clock.now = () => Date.now() + 60_000
    expect(await sync()).toMatchObject({ photos: 1, left: false })
  })

  test('when the server names another hash', async () => {
    const { id } = await takes(1000)
    const wrong = { ...phone.transport, upload: async () => ({ verified: 'f'.repeat(64) }) }
    expect(await syncOnce(phone.db, wrong)).toMatchObject({ photos: 0, left: true })
    expect(await stateOf(id)).toBe('local')
  })

  test('when a portal answers the upload', async () => {
    const { id } = await takes(1000)
    server.plant('/api/v1/uploads', { kind: 'answer', response: () => page('<h1>login</h1>') })
    expect(await sync()).toMatchObject({ outcome: 'offline', left: true })
    expect(await stateOf(id)).toBe('local')
  })

  test('when the session has ended: then nothing more is sent', async () => {
    await takes(1000)
    server.plant('/api/v1/uploads', { kind: 'answer', response: () => problem(401, 'sign_in', 'barred') })
    expect(await sync()).toMatchObject({ outcome: 'barred', left: true })
  })

  test('when the server refuses it: others go on, and a person may offer it again', async () => {
    const { id } = await takes(1000)
    const other = await takes(2000)
    server.plant('/api/v1/uploads', { kind: 'answer', response: () => problem(422, 'upload.broken', 'refused') })
    expect(await sync()).toMatchObject({ outcome: 'done', photos: 1 })
    expect((await photoRows(phone.db, SHIQIAO)).find((row) => row.id === id)).toMatchObject({ state: 'local', code: 'upload.broken' })
    expect(await stateOf(other.id)).toBe('verified')

    await offerAgain(phone.db, id)
    await sync()
    expect(await stateOf(id)).toBe('verified')
  })
})

test('an upload that asks for its place and gets a server error does not begin again', async () => {
  await takes(600_000)
  server.plant('/api/v1/uploads/', { kind: 'lost' })
  await sync()
  server.plant('/api/v1/uploads/', { kind: 'answer', response: () => page('<h1>502</h1>', 502) })
  expect((await sync()).outcome).toBe('busy')
  await sync()
  expect(server.uploads.size).toBe(1)
})

test('a photo is not taken in the name of whoever has signed in since', async () => {
  const { id } = await takes(1000)
  phone.browser.user = { id: ZHAO.id }
  expect(await photosOnce(phone.db, phone.transport)).toMatchObject({ outcome: 'barred', photos: 0, left: true })
  expect(server.uploads.size).toBe(0)
  expect(await stateOf(id)).toBe('local')
})

test('photos that fail are told of as long as any waits, though ops get through', async () => {
  await takes(1000)
  server.plant('/api/v1/uploads', { kind: 'lost' })
  expect(await photosOnce(phone.db, phone.transport)).toMatchObject({ outcome: 'offline' })
  await syncOnce(phone.db, phone.transport, { photos: false })
  expect(await trouble(phone.db)).toMatchObject({ photos: true })
  expect(await photosOnce(phone.db, phone.transport)).toMatchObject({ outcome: 'done', photos: 1 })
  expect(await trouble(phone.db)).toBeUndefined()
})

test('a restored server that lost a photo gets it again', async () => {
  const copy = server.backup()
  const { id, sha256 } = await takes(1000)
  await sync()
  server.restore(copy, 'epoch-2')
  expect(await sync()).toMatchObject({ outcome: 'done', left: false })
  expect(server.photos.get(id)).toBe(sha256)
  expect(await stateOf(id)).toBe('verified')
})

test('only two photos are on their way at once', async () => {
  for (let i = 0; i < 6; i++) await takes(1000 + i)
  let now = 0
  let most = 0
  const counting: Phone['transport'] = { ...phone.transport, upload: async (upload) => {
    most = Math.max(most, ++now)
    await new Promise((resolve) => setTimeout(resolve, 5))
    now--
    return { verified: upload.photo.sha256! }
  } }
  expect(await syncOnce(phone.db, counting)).toMatchObject({ photos: 6 })
  expect(most).toBe(2)
})

test('a photo of a visit that left the area is still delivered, then goes', async () => {
  await sync()
  const { id } = await takes(1000)
  server.areas.set(LIN.id, new Set())
  await sync()
  expect(server.photos.has(id)).toBe(true)
  expect(await photoBytes(phone.db, id)).toBeUndefined()
})
