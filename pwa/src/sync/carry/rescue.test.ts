import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate'
import { beforeEach, describe, expect, test } from 'vitest'
import { aPhone, aServer, cleanPhone, LIN, partnerSays, says, SHIQIAO, ZHAO, type Phone } from '../../../testing/cast'
import { problem, type FakeServer } from '../../../testing/fakeServer'
import { noRoom } from '../../../testing/faults'
import { counts } from '../../store/pending'
import { keepPhoto } from '../../store/photos'
import { rememberUser } from '../../store/shared'
import { syncOnce } from '../engine'
import { readBundle, writeBundle } from './bundle'
import { carriedNow, offerCarriedAgain, openCarried, takeIn } from './kept'

let server: FakeServer
let lin: Phone

beforeEach(async () => {
  await cleanPhone()
  server = aServer()
  lin = await aPhone(server, LIN)
})

/** Lin's phone has its key from a first sync, then goes where nothing can be sent. */
async function linWorks(): Promise<void> {
  await syncOnce(lin.db, lin.transport)
  await says(lin, 'answer/1.1/verdict', 'met')
  await says(lin, 'answer/1.2/note', '牌子掉了')
  await photo(lin, 1)
}

const bytesOf = (n: number): ArrayBuffer => new Uint8Array(Array.from({ length: 5_000 }, (_, i) => (i * n) % 251)).buffer

const photo = (phone: Phone, n: number) => keepPhoto(phone.db, {
  inspection: SHIQIAO, indicator: '1.1', finding: null, kind: 'scene', source: 'camera', bytes: bytesOf(n), width: 8, height: 6, position: null, name: 'image.jpg',
})

/** The same browser profile in Zhao's hand: databases are apart by person. */
const zhaos = (): Promise<Phone> => aPhone(server, ZHAO)

async function rewritten(file: File, change: (files: Record<string, Uint8Array>) => void): Promise<Blob> {
  const files = unzipSync(new Uint8Array(await file.arrayBuffer()))
  change(files)
  return new Blob([zipSync(files) as Uint8Array<ArrayBuffer>])
}

const codeOf = (attempt: Promise<unknown>): Promise<string> => attempt.then(() => 'fine', (fault: { code: string }) => fault.code)

describe('a rescue file', () => {
  test('holds every unsent step, waiting and held, and every unproved photo, with hashes and author', async () => {
    await linWorks()
    server.hold = (op) => (op.target === 'answer/1.2/note' ? 'inspection.approved' : undefined)
    await syncOnce(lin.db, lin.transport, { photos: false })
    await says(lin, 'answer/1.3/verdict', 'met')

    const { file, ops, photos } = await writeBundle(lin.db)

    expect([ops, photos]).toEqual([2, 1])
    expect(file.name).toMatch(/^mingcha-lin-\d{8}-\d{4}\.zip$/)
    const files = unzipSync(new Uint8Array(await file.arrayBuffer()))
    const manifest = JSON.parse(strFromU8(files['manifest.json']!))
    expect(manifest).toMatchObject({ author: { id: LIN.id, name: '林' }, ops: { count: 2 }, missing: [] })
    expect(files[`photos/${manifest.photos[0].id}.jpg`]).toEqual(new Uint8Array(bytesOf(1)))
  })

  test('is made offline, after the session ended, and on a phone with no room to write', async () => {
    await linWorks()
    lin.browser.user = null
    expect((await syncOnce(lin.db, lin.transport)).outcome).toBe('barred')
    const end = noRoom()
    server.plant('/', { kind: 'lost' })
    expect(await writeBundle(lin.db)).toMatchObject({ ops: 3, photos: 1, missing: 0 })
    end()
  })

  test('changes nothing on the phone that made it', async () => {
    await linWorks()
    const before = await counts(lin.db)
    await writeBundle(lin.db)
    expect(await counts(lin.db)).toEqual(before)
    expect((await syncOnce(lin.db, lin.transport)).left).toBe(false)
  })
})

describe('in a colleague\'s phone', () => {
  test('arrives as its author\'s, photos too, once, also when taken in twice and when the first phone comes back', async () => {
    await linWorks()
    const { file } = await writeBundle(lin.db)
    const zhao = await zhaos()

    const first = await takeIn(zhao.db, await readBundle(file))
    expect(first).toMatchObject({ author: { name: '林' }, ops: 3, photos: 1, damaged: 0, again: false })
    await syncOnce(zhao.db, zhao.transport)

    expect(server.log.map((op) => op.author)).toEqual([LIN.id, LIN.id, LIN.id])
    expect(server.photos.size).toBe(1)
    expect((await carriedNow(ZHAO.id))[0]).toMatchObject({ sent: 3, waiting: 0, held: [], photos: { all: 1, proved: 1 }, done: true })
    expect(await counts(zhao.db)).toEqual({ ops_waiting: 0, photos_waiting: 0, held: 0 })

    expect(await takeIn(zhao.db, await readBundle(file))).toMatchObject({ again: true })
    await syncOnce(zhao.db, zhao.transport)
    await rememberUser(LIN)
    expect((await syncOnce(lin.db, lin.transport)).left).toBe(false)
    expect(server.log).toHaveLength(3)
  })

  test('waits there while there is no network, and goes on after a break in the middle', async () => {
    await linWorks()
    const zhao = await zhaos()
    await takeIn(zhao.db, await readBundle((await rememberUser(LIN), await writeBundle(lin.db)).file))
    await rememberUser(ZHAO)
    server.plant('/api/v1/rescue', { kind: 'lost' }, { kind: 'reply lost' })
    expect((await syncOnce(zhao.db, zhao.transport)).outcome).toBe('offline')
    expect((await syncOnce(zhao.db, zhao.transport)).outcome).toBe('offline')
    expect((await carriedNow(ZHAO.id))[0]).toMatchObject({ waiting: 3, done: false })
    await syncOnce(zhao.db, zhao.transport)
    expect(server.log).toHaveLength(3)
    expect((await carriedNow(ZHAO.id))[0]).toMatchObject({ waiting: 0, done: true })
  })

  test('a step that the server holds is kept with its reason and may be offered again', async () => {
    await linWorks()
    const { file } = await writeBundle(lin.db)
    const zhao = await zhaos()
    server.areas.set(LIN.id, new Set())
    await takeIn(zhao.db, await readBundle(file))
    await syncOnce(zhao.db, zhao.transport)
    const [now] = await carriedNow(ZHAO.id)
    expect(now).toMatchObject({ held: [{ code: 'rescue.author', count: 3 }], done: false })
    server.areas.set(LIN.id, new Set([SHIQIAO]))
    await offerCarriedAgain(zhao.db, now!.bundle.id)
    await syncOnce(zhao.db, zhao.transport)
    expect((await carriedNow(ZHAO.id))[0]).toMatchObject({ held: [], sent: 3, done: true })
  })

  test('a batch that the server will not take at all is halved down to the one step', async () => {
    await linWorks()
    const { file } = await writeBundle(lin.db)
    const zhao = await zhaos()
    await takeIn(zhao.db, await readBundle(file))
    const refuse = () => problem(422, 'invalid', 'refused')
    server.plant('/api/v1/rescue', { kind: 'answer', response: refuse }, { kind: 'answer', response: refuse }, { kind: 'answer', response: refuse })
    await syncOnce(zhao.db, zhao.transport)
    expect((await carriedNow(ZHAO.id))[0]).toMatchObject({ sent: 2, held: [{ code: 'invalid', count: 1 }] })
  })

  test('mixes with nothing of the carrier\'s own, and another person of that phone carries nothing of it', async () => {
    await linWorks()
    const { file } = await writeBundle(lin.db)
    const zhao = await zhaos()
    await takeIn(zhao.db, await readBundle(file))
    expect(await zhao.db.ops.count()).toBe(0)
    await rememberUser(LIN)
    server.plant('/api/v1/rescue', { kind: 'lost' })
    await syncOnce(lin.db, lin.transport)
    expect(server.asked.filter((asked) => asked.endsWith('/rescue'))).toEqual([])
    expect(await openCarried(ZHAO.id).bundles.count()).toBe(1)
  })
})

describe('a file that is not what it says', () => {
  test.each([
    ['is no zip at all', () => new Blob(['<html>']), 'phone.rescue_unreadable'],
    ['is empty', () => new Blob([]), 'phone.rescue_unreadable'],
    ['is another zip', () => new Blob([zipSync({ 'a.txt': strToU8('a') }) as Uint8Array<ArrayBuffer>]), 'phone.rescue_unreadable'],
  ])('because it %s is told so', async (_, file, code) => {
    expect(await codeOf(readBundle(file()))).toBe(code)
  })

  test.each([
    ['its steps were edited', 'phone.rescue_changed', (files: Record<string, Uint8Array>) => { files['ops.json'] = strToU8(strFromU8(files['ops.json']!).replace('"met"', '"not_met"')) }],
    ['its manifest is torn', 'phone.rescue_unreadable', (files: Record<string, Uint8Array>) => { files['manifest.json'] = files['manifest.json']!.slice(0, 40) }],
    ['its steps are missing', 'phone.rescue_unreadable', (files: Record<string, Uint8Array>) => { delete files['ops.json'] }],
  ])('because %s is refused whole, and the first phone keeps all', async (_, code, change) => {
    await linWorks()
    const { file } = await writeBundle(lin.db)
    expect(await codeOf(readBundle(await rewritten(file, change)))).toBe(code)
    expect(await counts(lin.db)).toMatchObject({ ops_waiting: 3, photos_waiting: 1 })
  })

  test('with a photo whose bytes were changed takes in all but that photo, and says so', async () => {
    await linWorks()
    await photo(lin, 3)
    const { file } = await writeBundle(lin.db)
    const changed = await rewritten(file, (files) => { files[Object.keys(files).find((name) => name.startsWith('photos/'))!]![9]! ^= 1 })
    const zhao = await zhaos()
    expect(await takeIn(zhao.db, await readBundle(changed))).toMatchObject({ photos: 2, damaged: 1 })
    await syncOnce(zhao.db, zhao.transport)
    expect(server.log).toHaveLength(4)
    expect(server.photos.size).toBe(1)
  })

  test('with steps made up in a colleague\'s name, hashes and all, is held by the server, not merged', async () => {
    await linWorks()
    const { file } = await writeBundle(lin.db)
    const { createHash } = await import('node:crypto')
    const forged = await rewritten(file, (files) => {
      const text = strFromU8(files['ops.json']!).replace('"met"', '"not_met"')
      const manifest = JSON.parse(strFromU8(files['manifest.json']!))
      manifest.ops.sha256 = createHash('sha256').update(text).digest('hex')
      files['ops.json'] = strToU8(text)
      files['manifest.json'] = strToU8(JSON.stringify(manifest))
    })
    const zhao = await zhaos()
    await takeIn(zhao.db, await readBundle(forged))
    await syncOnce(zhao.db, zhao.transport)
    expect((await carriedNow(ZHAO.id))[0]!.held).toEqual([{ code: 'rescue.seal', count: 1 }])
    expect(server.log.some((op) => op.value === 'not_met')).toBe(false)
  })

  test('on a phone with no room is not taken in, and nothing half of it stays', async () => {
    await linWorks()
    const { file } = await writeBundle(lin.db)
    const zhao = await zhaos()
    const carried = openCarried(ZHAO.id)
    const end = noRoom('bundles')
    expect(await codeOf(takeIn(zhao.db, await readBundle(file)))).toBe('phone.rescue_full')
    end()
    expect([await carried.photos.count(), await carried.bytes.count(), await carried.bundles.count()]).toEqual([0, 0, 0])
  })
})

test('what the server settled by itself leaves the rescue file too', async () => {
  await linWorks()
  partnerSays(server, { id: '0190a000-0000-7000-8000-000000000001', target: 'answer/2/verdict', value: 'met' })
  await syncOnce(lin.db, lin.transport)
  expect(await writeBundle(lin.db)).toMatchObject({ ops: 0, photos: 0 })
})
