/** A photo is kept once; what lists show of it lies apart. */
import { beforeEach, expect, test, vi } from 'vitest'
import { aPhone, aServer, cleanPhone, LIN, SHIQIAO, type Phone } from '../../testing/cast'
import { keepPhoto, photoBytes, photoUrl } from './photos'

let phone: Phone

beforeEach(async () => {
  await cleanPhone()
  phone = await aPhone(aServer(), LIN)
})

const LARGE = new Uint8Array(5_000).fill(7).buffer
const SMALL = new Uint8Array([1, 2, 3]).buffer

const taken = (thumb?: ArrayBuffer) => keepPhoto(phone.db, {
  inspection: SHIQIAO, indicator: '1', finding: null, kind: 'scene', source: 'camera', bytes: LARGE, ...(thumb && { thumb }), width: 10, height: 10, position: null, name: '1.jpg',
})

/** The size of what each address shows. */
async function shown(id: string, size: 'thumb' | 'large'): Promise<number> {
  const made = vi.spyOn(URL, 'createObjectURL').mockImplementation((blob) => String((blob as Blob).size))
  const url = await photoUrl(phone.db, id, size)
  made.mockRestore()
  return Number(url)
}

test('a list reads the small picture and never the large one', async () => {
  const { id } = await taken(SMALL)
  const read: string[] = []
  const get = IDBObjectStore.prototype.get
  vi.spyOn(IDBObjectStore.prototype, 'get').mockImplementation(function (this: IDBObjectStore, key) {
    if (this.name === 'bytes') read.push(String(key))
    return get.call(this, key)
  })

  expect(await shown(id, 'thumb')).toBe(3)

  vi.restoreAllMocks()
  expect(read).toEqual([`thumb:${id}`])
  expect(await shown(id, 'large')).toBe(5_000)
})

test('a picture without a small one, or whose small one an older build kept with it, is shown all the same', async () => {
  const { id } = await taken()
  expect(await shown(id, 'thumb')).toBe(5_000)
  await phone.db.bytes.put({ id, bytes: LARGE, thumb: SMALL })
  expect(await shown(id, 'thumb')).toBe(3)
})

test('the bytes of a photo lie in the store once', async () => {
  const { id } = await taken(SMALL)
  const rows = await phone.db.bytes.toArray()
  expect(rows.map((row) => row.bytes.byteLength).sort()).toEqual([3, 5_000])
  expect((await photoBytes(phone.db, id))!.byteLength).toBe(5_000)
})
