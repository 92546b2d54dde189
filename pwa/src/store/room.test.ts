/** Originals go only when room is needed, only proved ones, the longest proved first; something to look at stays. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { aPhone, aServer, cleanPhone, LIN, SHIQIAO, type Phone } from '../../testing/cast'
import { FULL, refusing } from '../../testing/faults'
import type { FakeServer } from '../../testing/fakeServer'
import { syncOnce } from '../sync/engine'
import { leave } from '../sync/leaving'
import { clock } from './clock'
import { keepPhoto, photoBytes, photoRows, photoUrl, thumbKey } from './photos'
import { ENOUGH_BYTES, makeRoom } from './room'
import { LEAST_BYTES } from './tight'

let server: FakeServer
let phone: Phone
let now = 1_000_000

beforeEach(async () => {
  clock.now = () => (now += 1000)
  await cleanPhone()
  server = aServer()
  phone = await aPhone(server, LIN)
})
afterEach(() => {
  vi.unstubAllGlobals()
  clock.now = () => Date.now()
})

const quota = (free: number) => vi.stubGlobal('navigator', { storage: { estimate: async () => ({ quota: free + 500, usage: 500 }) } })
const small = async () => new Uint8Array([1, 2, 3]).buffer

async function takes(size: number): Promise<string> {
  const { id } = await keepPhoto(phone.db, {
    inspection: SHIQIAO, indicator: '1', finding: null, kind: 'scene', source: 'camera',
    bytes: new Uint8Array(size).fill(size % 251).buffer, width: 10, height: 10, position: null, name: '1.jpg',
  })
  return id
}

/** Sent one by one, so that each is proved later than the one before. */
async function proved(size: number): Promise<string> {
  const id = await takes(size)
  await syncOnce(phone.db, phone.transport)
  return id
}

const originals = async (ids: string[]) => Promise.all(ids.map(async (id) => (await photoBytes(phone.db, id)) !== undefined))

test('while there is room nothing is given up, however long it is proved', async () => {
  const id = await proved(1000)
  quota(LEAST_BYTES)
  expect(await makeRoom(phone.db, 0, small)).toBe(0)
  expect(await originals([id])).toEqual([true])
})

test('when room is needed the longest proved goes first, and only as many as are needed', async () => {
  const ids = [await proved(3000), await proved(1000), await proved(2000)]
  vi.stubGlobal('navigator', { storage: { estimate: async () => ({ quota: ENOUGH_BYTES, usage: 3500 }) } })
  expect(await makeRoom(phone.db, LEAST_BYTES, small)).toBe(3)
  expect(await originals(ids)).toEqual([false, false, false])
})

test('it stops as soon as there is enough', async () => {
  const ids = [await proved(3000), await proved(1000), await proved(2000)]
  const free = LEAST_BYTES - 1
  vi.stubGlobal('navigator', { storage: { estimate: async () => ({ quota: free, usage: 0 }) } })
  await phone.db.photos.update(ids[0]!, { size: ENOUGH_BYTES })
  expect(await makeRoom(phone.db, 0, small)).toBe(1)
  expect(await originals(ids)).toEqual([false, true, true])
})

describe('an original stays, whatever room is needed,', () => {
  beforeEach(() => quota(10))

  test('until the server has proved its hash', async () => {
    const silent = { ...phone.transport, upload: async () => ({ verified: null }) }
    const id = await takes(1000)
    expect(await makeRoom(phone.db, 0, small)).toBe(0)
    await syncOnce(phone.db, silent)
    expect((await photoRows(phone.db, SHIQIAO))[0]).toMatchObject({ state: 'uploaded' })
    expect(await makeRoom(phone.db, 0, small)).toBe(0)
    expect(await originals([id])).toEqual([true])
  })

  test('where no small picture of it can be made', async () => {
    const id = await proved(1000)
    expect(await makeRoom(phone.db, 0, async () => undefined)).toBe(0)
    expect(await makeRoom(phone.db, 0, () => Promise.reject(new Error('damaged')))).toBe(0)
    expect(await originals([id])).toEqual([true])
  })

  test('when a restored server asks for it while its small picture is being made', async () => {
    const id = await proved(1000)
    const meanwhile = async () => {
      await phone.db.photos.update(id, { state: 'local' })
      return small()
    }
    expect(await makeRoom(phone.db, 0, meanwhile)).toBe(0)
    expect(await originals([id])).toEqual([true])
  })
})

test('what is kept is shown in its place, and never sent or called the original', async () => {
  const id = await proved(1000)
  quota(10)
  await makeRoom(phone.db, 0, small)
  expect(new Uint8Array((await photoBytes(phone.db, thumbKey(id)))!)).toEqual(new Uint8Array([1, 2, 3]))
  expect(await photoUrl(phone.db, id)).toMatch(/^blob:/)
  expect(await photoBytes(phone.db, id)).toBeUndefined()
  expect((await photoRows(phone.db, SHIQIAO))[0]).toMatchObject({ state: 'verified', freed_at: expect.any(Number) })
  const asked = server.asked.length
  await syncOnce(phone.db, phone.transport)
  expect(server.asked.slice(asked).filter((line) => line.includes('/uploads'))).toEqual([])
})

test('a photo that finds no room takes the place of a proved original; where none may go the screen is told', async () => {
  const old = await proved(1000)
  vi.stubGlobal('OffscreenCanvas', class {
    getContext = () => ({ drawImage: () => undefined })
    convertToBlob = async () => new Blob(['small'])
  })
  vi.stubGlobal('createImageBitmap', async () => ({ width: 4000, height: 3000, close: () => undefined }))
  refusing('bytes', 'add', FULL)

  const fresh = await takes(900)
  expect(await originals([old, fresh])).toEqual([false, true])

  refusing('bytes', 'add', FULL)
  await expect(takes(800)).rejects.toMatchObject({ code: 'phone.storage_full' })
  expect(await originals([fresh])).toEqual([true])
})

test('a visit that leaves the phone takes the small pictures with it', async () => {
  const id = await proved(1000)
  quota(10)
  await makeRoom(phone.db, 0, small)
  await phone.db.transaction('rw', ['ops', 'outbox', 'inspections', 'photos', 'bytes'], (tables) => leave(tables, SHIQIAO))
  expect(await phone.db.bytes.count()).toBe(0)
  expect(await photoUrl(phone.db, id)).toBeUndefined()
})

test('a browser that does not say how much room there is gives nothing up', async () => {
  const id = await proved(1000)
  vi.stubGlobal('navigator', {})
  expect(await makeRoom(phone.db, 0, small)).toBe(0)
  expect(await originals([id])).toEqual([true])
})
