/** Photos wait for a line that costs nothing, when a person asked for it; steps never do. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { aPhone, aServer, cleanPhone, LIN, says, SHIQIAO, type Phone } from '../../testing/cast'
import type { FakeServer } from '../../testing/fakeServer'
import { counts } from '../store/pending'
import { keepPhoto, photoRows } from '../store/photos'
import { syncOnce } from './engine'
import { choosePhotoLine, isDear, photoLine, type Connection } from './line'

let server: FakeServer
let phone: Phone

beforeEach(async () => {
  await cleanPhone()
  server = aServer()
  phone = await aPhone(server, LIN)
})
afterEach(() => vi.unstubAllGlobals())

const over = (connection: Connection | undefined) => vi.stubGlobal('navigator', { connection })
const sync = () => syncOnce(phone.db, phone.transport)

const takes = () => keepPhoto(phone.db, {
  inspection: SHIQIAO, indicator: '1', finding: null, kind: 'scene', source: 'camera', bytes: new Uint8Array(1000).buffer,
  width: 10, height: 10, position: null, name: '1.jpg',
})

test.each<[string, Connection | undefined, boolean]>([
  ['a line over the mobile network', { type: 'cellular', effectiveType: '4g' }, true],
  ['a 2G line', { effectiveType: '2g' }, true],
  ['a line slower than that', { effectiveType: 'slow-2g' }, true],
  ['a browser that was told to save data', { effectiveType: '4g', saveData: true }, true],
  ['a line at home', { type: 'wifi', effectiveType: '4g', saveData: false }, false],
  ['a fast line of a sort the browser does not name', { effectiveType: '4g' }, false],
  ['a browser that tells nothing', undefined, false],
])('%s', (_, line, dear) => expect(isDear(line)).toBe(dear))

test('a phone that was told to spare the line keeps its photos until a better one is there, and sends its steps', async () => {
  await choosePhotoLine('sparing')
  over({ type: 'cellular', effectiveType: '4g' })
  const { id, sha256 } = await takes()
  await says(phone, 'answer/1/verdict', 'met')

  expect(await sync()).toMatchObject({ outcome: 'done', sent: 2, photos: 0, left: true })
  expect(server.asked.some((line) => line.includes('/uploads'))).toBe(false)
  expect(await counts(phone.db)).toMatchObject({ ops_waiting: 0, photos_waiting: 1 })
  expect((await photoRows(phone.db, SHIQIAO))[0]).toMatchObject({ id, state: 'local' })

  over({ type: 'wifi' })
  expect(await sync()).toMatchObject({ outcome: 'done', photos: 1, left: false })
  expect(server.photos.get(id)).toBe(sha256)
})

test('a line that turns dear between two photos stops the next one, not the one on its way', async () => {
  await choosePhotoLine('sparing')
  over({ type: 'wifi' })
  for (let i = 0; i < 4; i++) await takes()
  const turning = { ...phone.transport, upload: async (upload: Parameters<Phone['transport']['upload']>[0]) => {
    over({ type: 'cellular' })
    return phone.transport.upload(upload)
  } }
  expect(await syncOnce(phone.db, turning)).toMatchObject({ photos: 2, left: true })
})

test('a phone that was told nothing sends over any line', async () => {
  expect(await photoLine()).toBe('any')
  over({ type: 'cellular', effectiveType: '2g', saveData: true })
  await takes()
  expect(await sync()).toMatchObject({ photos: 1, left: false })
})

test('the wish is the phone’s and outlives the browser', async () => {
  await choosePhotoLine('sparing')
  expect(await photoLine()).toBe('sparing')
  await choosePhotoLine('any')
  expect(await photoLine()).toBe('any')
})
