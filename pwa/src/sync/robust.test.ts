import { openDB } from 'idb'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { aPhone, aServer, cleanPhone, LIN, partnerSays, reopened, says, SHIQIAO, type Phone } from '../../testing/cast'
import { page, problem, type FakeServer } from '../../testing/fakeServer'
import { ApiProblem } from '../store/failures'
import { closedBySystem, noRoom } from '../../testing/faults'
import * as folding from '../core/oplog/fold'
import { setOp, value } from '../core/oplog'
import { clock } from '../store/clock'
import { openDb } from '../store/db'
import { readState, write } from '../store/documents'
import { counts, heldRows, needs, trouble } from '../store/pending'
import { keepPhoto } from '../store/photos'
import { squeezeAgain } from './carry/squeeze'
import { syncOnce } from './engine'
import { pause } from './pace'
import { startSync, type Syncing } from './page'

vi.mock('../core/oplog/fold', { spy: true })

let server: FakeServer
let phone: Phone
let page_: Syncing | undefined

beforeEach(async () => {
  clock.now = () => Date.now()
  squeezeAgain()
  await cleanPhone()
  server = aServer()
  phone = await aPhone(server, LIN)
})
afterEach(() => {
  page_?.stop()
  page_ = undefined
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const sync = (who: Phone = phone) => syncOnce(who.db, who.transport)

describe('a database that the system closed (iOS does, under memory pressure)', () => {
  test('is open again at the next tap, and nothing before it is gone', async () => {
    await says(phone, 'answer/1.1/verdict', 'met')
    closedBySystem()
    await says(phone, 'answer/1.2/verdict', 'not_met')
    closedBySystem()
    expect(await sync()).toMatchObject({ outcome: 'done', sent: 2, left: false })
  })

  test('in the middle of an exchange costs that round, and the next one goes through', async () => {
    await says(phone, 'answer/1.1/verdict', 'met')
    const closing = { ...phone.transport, sync: async (...asked: Parameters<Phone['transport']['sync']>) => {
      const reply = await phone.transport.sync(...asked)
      closedBySystem()
      return reply
    } }
    await syncOnce(phone.db, closing)
    expect(await sync()).toMatchObject({ outcome: 'done', left: false })
    expect(server.log).toHaveLength(1)
  })
})

describe('two builds of the app at once', () => {
  /** The next version's database: a table and an index more. */
  const nextBuild = () => openDB(`mingcha-${LIN.id}`, 99, {
    upgrade(db, _before, _now, transaction) {
      transaction.objectStore('ops').createIndex('author', 'author')
      db.createObjectStore('ops_new', { keyPath: 'id' })
    },
  })

  test('the old tab goes on writing and sending after the new one changed the database', async () => {
    await says(phone, 'answer/1.1/verdict', 'met')
    const next = await nextBuild()

    await says(phone, 'answer/1.2/verdict', 'met')
    expect(await sync()).toMatchObject({ outcome: 'done', sent: 2, left: false })
    expect(await next.countFromIndex('ops', 'author', LIN.id)).toBe(2)
    next.close()
  })

  test('an old build that opens a newer database reads and writes it, and leaves what it does not know alone', async () => {
    await says(phone, 'answer/1.1/verdict', 'met')
    phone.db.close()
    const next = await nextBuild()
    await next.put('ops_new', { id: 'kept' })
    next.close()

    phone = reopened(phone)
    await says(phone, 'answer/1.2/verdict', 'met')
    expect([...(await readState(phone.db, SHIQIAO)).mine]).toHaveLength(2)
    phone.db.close()
    const again = await nextBuild()
    expect(await again.count('ops_new')).toBe(1)
    again.close()
  })

  test('an old build that speaks to a newer server still pushes', async () => {
    await says(phone, 'answer/1.1/verdict', 'met')
    const newer = { ...phone.transport, sync: async (...asked: Parameters<Phone['transport']['sync']>) => {
      const reply = await phone.transport.sync(...asked)
      return { ...reply, changes: [...reply.changes], invented_later: true }
    } }
    expect(await syncOnce(phone.db, newer)).toMatchObject({ outcome: 'done', left: false })
  })
})

describe('a right that was taken away', () => {
  test('the role may no longer sync: everything is kept, nothing is sent, and a person is asked', async () => {
    await sync()
    await says(phone, 'answer/1.1/verdict', 'met')
    server.plant('/api/v1/sync', { kind: 'answer', response: () => problem(403, 'not_allowed', 'barred') })
    expect((await sync()).outcome).toBe('barred')
    expect((await counts(phone.db)).ops_waiting).toBe(1)
    expect(await needs(phone.db)).toMatchObject({ barred: true, asks: 1 })
  })

  test('the visit left the area: the read copy goes, own unsent work stays, stands, and goes in when the right is back', async () => {
    partnerSays(server, { id: '0190a000-0000-7000-8000-000000000001', target: 'answer/2/verdict', value: 'met' })
    await sync()
    await says(phone, 'answer/1.1/verdict', 'met')
    server.areas.set(LIN.id, new Set())
    server.hold = (op) => (server.areas.get(LIN.id)!.has(op.inspection) ? undefined : 'not_found')
    await sync()

    expect((await heldRows(phone.db)).map(({ code }) => code)).toEqual(['not_found'])
    const { state } = await readState(phone.db, SHIQIAO)
    expect([value(state, 'answer/1.1/verdict'), value(state, 'answer/2/verdict')]).toEqual(['met', null])

    server.areas.set(LIN.id, new Set([SHIQIAO]))
    expect(await sync()).toMatchObject({ outcome: 'done', left: false })
    expect((await counts(phone.db)).held).toBe(0)
    expect(value((await readState(phone.db, SHIQIAO)).state, 'answer/2/verdict')).toBe('met')
  })
})

describe('a phone that is nearly full', () => {
  test('keeps text and sends it, while each photo is said to be not saved', async () => {
    const end = noRoom('bytes')
    const photo = { inspection: SHIQIAO, indicator: '1.1', finding: null, kind: 'scene', source: 'camera' as const, bytes: new ArrayBuffer(9), width: 1, height: 1, position: null, name: 'a' }
    for (let i = 0; i < 3; i++) {
      await expect(keepPhoto(phone.db, photo)).rejects.toMatchObject({ code: 'phone.storage_full' })
      await says(phone, `answer/1.${i}/verdict`, 'met')
    }
    expect(await sync()).toMatchObject({ outcome: 'done', sent: 3, left: false })
    expect(await phone.db.photos.count()).toBe(0)
    expect(server.log.map((op) => op.seq)).toEqual([1, 2, 3])
    end()
  })

  test('that cannot store what came in does not move its cursor past it', async () => {
    await sync()
    partnerSays(server, { id: '0190a000-0000-7000-8000-000000000001', target: 'answer/2/verdict', value: 'met' })
    const end = noRoom('ops')
    expect((await sync()).outcome).toBe('busy')
    end()
    await sync()
    expect(value((await readState(phone.db, SHIQIAO)).state, 'answer/2/verdict')).toBe('met')
  })
})

describe('the line', () => {
  test('through a portal that answers 200 with its own page sends nothing, for any number of tries', async () => {
    await says(phone, 'answer/1.1/verdict', 'met')
    const portal = { kind: 'answer' as const, response: () => page('<html>登录 Wi-Fi</html>') }
    server.plant('/', portal, portal, portal)
    for (let i = 0; i < 3; i++) expect((await sync()).outcome).toBe('offline')
    expect((await counts(phone.db)).ops_waiting).toBe(1)
    expect(await sync()).toMatchObject({ outcome: 'done', left: false })
  })

  test('that is half open is given up after 30 s, and the next round goes through', async () => {
    await says(phone, 'answer/1.1/verdict', 'met')
    server.plant('/api/v1/sync', { kind: 'silence' })
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const round = sync()
    await vi.waitFor(() => expect(server.asked).toContain('POST /api/v1/sync'))
    await vi.advanceTimersByTimeAsync(30_000)
    vi.useRealTimers()
    expect((await round).outcome).toBe('offline')
    expect(await sync()).toMatchObject({ outcome: 'done', left: false })
  })

  test('that carries little in thirty seconds is asked for less and given less, until it is a better one', async () => {
    for (let i = 0; i < 400; i++) partnerSays(server, { id: `0190a000-0000-7000-8000-${String(i).padStart(12, '0')}`, target: `answer/${i}/note`, value: '好' })
    await write(phone.db, SHIQIAO, (state, pen) => Array.from({ length: 120 }, (_, i) => setOp(state, pen, `answer/${i}/verdict`, 'met')))
    let asked: { ops: number; most: number }[] = []
    const sync = phone.transport.sync
    const thin = { ...phone.transport, sync: async (...[request, user]: Parameters<typeof sync>) => {
      asked.push({ ops: request.ops.length, most: request.most ?? 1000 })
      if (request.ops.length > 30 || (request.most ?? 1000) > 150) throw new ApiProblem('phone.timeout')
      clock.now = () => Date.now() + 9_000 * asked.length
      return sync(request, user)
    } }
    let tries = 1
    while ((await syncOnce(phone.db, thin)).outcome !== 'done') expect(++tries).toBeLessThan(6)
    expect(asked.slice(0, 4)).toEqual([{ ops: 120, most: 1000 }, { ops: 120, most: 1000 }, { ops: 100, most: 500 }, { ops: 50, most: 250 }])
    expect((await readState(phone.db, SHIQIAO)).ops).toHaveLength(520)
    expect(server.log).toHaveLength(520)

    clock.now = () => Date.now()
    asked = []
    const fast = { ...phone.transport, sync: (...given: Parameters<typeof sync>) => { asked.push({ ops: 0, most: given[0].most ?? 1000 }); return sync(...given) } }
    for (let i = 0; i < 6; i++) await syncOnce(phone.db, fast)
    expect(asked.map(({ most }) => most)).toEqual([125, 250, 500, 1000, 1000, 1000])
  })

  test('of a server that asks for time is not asked before, by timer or by a new tap', async () => {
    const screen = Object.assign(new EventTarget(), { visibilityState: 'visible' })
    vi.stubGlobal('window', new EventTarget())
    vi.stubGlobal('document', screen)
    vi.stubGlobal('navigator', { onLine: true })
    server.plant('/api/v1/sync', { kind: 'answer', response: () => problem(503, 'busy', 'busy', { 'Retry-After': '3' }) })
    page_ = startSync(LIN.id, phone.transport)
    expect(await page_.now()).toMatchObject({ outcome: 'busy', retry_after_s: 3 })
    const asked = server.asked.length
    await says(phone, 'answer/1.1/verdict', 'met')
    await new Promise((done) => setTimeout(done, 1_500))
    expect(server.asked).toHaveLength(asked)
    await vi.waitFor(() => expect(server.log).toHaveLength(1), { timeout: 6_000 })
  })

  test('that has failed for a day is told with the number under which the server knows its fault', async () => {
    const DAY = 24 * 3600 * 1000
    const broken = () => new Response(JSON.stringify({ problem: { code: 'incident', family: 'busy', message: { zh: '错', en: 'x' }, details: { incident: 'a1b2c3' } } }), { status: 500, headers: { 'Content-Type': 'application/json' } })
    server.plant('/api/v1/sync', { kind: 'answer', response: broken }, { kind: 'lost' })
    await sync()
    const { since } = (await trouble(phone.db))!
    clock.now = () => since + DAY + 1
    await sync()
    expect(await trouble(phone.db)).toEqual({ since, incident: 'a1b2c3' })
    await sync()
    expect(await trouble(phone.db)).toBeUndefined()
  })
})

describe('a body', () => {
  const many = () => write(phone.db, SHIQIAO, (state, pen) => Array.from({ length: 20 }, (_, i) => setOp(state, pen, `answer/${i}/note`, '好'.repeat(20))))

  test('of more than 2 KB goes zipped, a small one as it is', async () => {
    await says(phone, 'answer/1/verdict', 'met')
    await sync()
    expect(server.zipped).toBe(0)
    await many()
    expect(await sync()).toMatchObject({ outcome: 'done', sent: 20 })
    expect(server.zipped).toBe(1)
  })

  test('that the server does not take zipped goes plainly, and so do the next ones', async () => {
    server.unzips = false
    await many()
    expect(await sync()).toMatchObject({ outcome: 'done', sent: 20, left: false })
    const asked = server.asked.length
    await many()
    await sync()
    expect(server.asked.length - asked).toBe(1)
  })

  test('goes plainly where the browser cannot zip', async () => {
    vi.stubGlobal('CompressionStream', undefined)
    await many()
    expect(await sync()).toMatchObject({ outcome: 'done', sent: 20 })
    expect(server.zipped).toBe(0)
  })
})

test('on a metered line or a low battery the phone asks a third as often', () => {
  const done = { outcome: 'done' as const, sent: 0, held: 0, received: 0, photos: 0, left: false }
  expect(pause(done, 0, true, 0.99, true)!).toBeGreaterThan(2.5 * pause(done, 0, true, 0.99)!)
})

test('a tap folds the visit once, and its acknowledgement not at all', async () => {
  for (let i = 0; i < 5; i++) await says(phone, `answer/${i}/verdict`, 'met')
  const { state } = await readState(phone.db, SHIQIAO)
  const fold = vi.mocked(folding.fold)
  fold.mockClear()

  await says(phone, 'answer/9/verdict', 'met')
  const after = await readState(phone.db, SHIQIAO)
  expect(fold).toHaveBeenCalledTimes(1)
  expect(after.state).not.toBe(state)

  server.take = ((op) => ({ id: op.id, outcome: 'applied' })) as FakeServer['take']
  await sync()
  expect((await readState(phone.db, SHIQIAO)).state).toBe(after.state)
  expect(fold).toHaveBeenCalledTimes(1)
  expect(openDb(LIN.id)).toBe(phone.db)
})
