import { beforeEach, describe, expect, test, vi } from 'vitest'
import { aPhone, aServer, cleanPhone, LIN, LINJIANG, partnerSays, reopened, says, SHIQIAO, ZHAO, type Phone } from '../../testing/cast'
import { page, problem, type FakeServer } from '../../testing/fakeServer'
import { setOp, value } from '../core/oplog'
import { clock } from '../store/clock'
import { metaValue, connect } from '../store/db'
import { readState, write } from '../store/documents'
import { listInspections, checklist } from '../store/inspections'
import { counts, heldRows, isBarred, lastSync, offerAgain } from '../store/pending'
import { rememberUser } from '../store/shared'
import { unbar } from './session'
import { syncOnce } from './engine'
import { exchange } from './exchange'

let server: FakeServer
let phone: Phone

beforeEach(async () => {
  vi.useRealTimers()
  clock.now = () => Date.now()
  await cleanPhone()
  server = aServer()
  phone = await aPhone(server, LIN)
})

const sync = (who: Phone = phone) => syncOnce(who.db, who.transport)
const UUIDS = Array.from({ length: 9 }, (_, i) => `0190a000-0000-7000-8000-00000000000${i}`)

describe('what was done offline', () => {
  test('arrives in the order it was done, each step once', async () => {
    await says(phone, 'answer/1.1/verdict', 'met')
    await says(phone, 'answer/1.2/verdict', 'not_met')
    await says(phone, 'answer/1.2/note', '牌子掉了')

    const report = await sync()

    expect(report).toMatchObject({ outcome: 'done', sent: 3, left: false })
    expect(server.log.map((op) => op.target)).toEqual(['answer/1.1/verdict', 'answer/1.2/verdict', 'answer/1.2/note'])
    expect(await counts(phone.db)).toEqual({ ops_waiting: 0, photos_waiting: 0, held: 0 })
  })

  test('is there once when the answer got lost after the server had taken it', async () => {
    await says(phone, 'answer/1.1/verdict', 'met')
    server.plant('/api/v1/sync', { kind: 'reply lost' })

    expect((await sync()).outcome).toBe('offline')
    expect((await counts(phone.db)).ops_waiting).toBe(1)

    expect((await sync()).outcome).toBe('done')
    expect(server.log).toHaveLength(1)
    expect((await counts(phone.db)).ops_waiting).toBe(0)
  })

  test('is sent again after the phone died between the answer and its saving', async () => {
    const op = await says(phone, 'answer/1.1/verdict', 'met')
    partnerSays(server, { id: UUIDS[0]!, target: 'answer/2.1/verdict', value: 'met' })
    const dying = { ...phone.transport, sync: async (...asked: Parameters<Phone['transport']['sync']>) => {
      const reply = await phone.transport.sync(...asked)
      phone.db.close()
      return reply
    } }
    await syncOnce(phone.db, dying).catch(() => undefined)

    phone = reopened(phone)
    const kept = await readState(phone.db, SHIQIAO)
    expect([...kept.mine]).toEqual([op.id])
    expect(value(kept.state, 'answer/2.1/verdict')).toBeNull()
    expect(await metaValue(phone.db, 'cursor')).toBeUndefined()

    expect(await sync()).toMatchObject({ outcome: 'done', left: false })
    expect(server.log.filter(({ id }) => id === op.id)).toHaveLength(1)
    expect(value((await readState(phone.db, SHIQIAO)).state, 'answer/2.1/verdict')).toBe('met')
  })

  test('waits for another time when the server did not mention it', async () => {
    const op = await says(phone, 'answer/1.1/verdict', 'met')
    const reply = { results: [], changes: [], gone: [], cursor: 'c', more: false, epoch: 'epoch-1', server_time: '' }
    const forgetful = { ...phone.transport, sync: async () => reply }

    expect(await syncOnce(phone.db, forgetful)).toMatchObject({ outcome: 'busy', left: true })
    expect([...(await readState(phone.db, SHIQIAO)).mine]).toEqual([op.id])
  })

  test('goes in batches of at most 200 steps', async () => {
    const many = Array.from({ length: 230 }, (_, i) => `answer/${i}/note`)
    await write(phone.db, SHIQIAO, (state, pen) => many.map((target) => setOp(state, pen, target, '好')))
    await sync()
    expect(server.batches.map((batch) => batch.length)).toEqual([200, 30])
    expect(server.log).toHaveLength(230)
  })
})

describe('a batch that the server will not take', () => {
  test('is halved until it fits', async () => {
    for (let i = 0; i < 8; i++) await says(phone, `answer/${i}/note`, '长'.repeat(500))
    server.mostBytes = 5_000

    expect(await sync()).toMatchObject({ outcome: 'done', sent: 8, left: false })
    expect(Math.max(...server.batches.map((batch) => batch.length))).toBeLessThanOrEqual(2)
  })

  test('gives up only the one step that is too large, and keeps it', async () => {
    await says(phone, 'answer/1/note', '短')
    const large = await says(phone, 'answer/2/note', '长'.repeat(4_000))
    await says(phone, 'answer/3/note', '短')
    server.mostBytes = 4_000

    expect(await sync()).toMatchObject({ outcome: 'done', sent: 2, held: 1 })
    expect((await heldRows(phone.db)).map(({ op, code }) => [op.id, code])).toEqual([[large.id, 'too_large']])
  })

  test('does not hold up the steps beside the one that the server chokes on', async () => {
    for (const n of [1, 2, 3, 4, 5]) await says(phone, `answer/${n}/note`, n === 4 ? '坏' : '好')
    server.choke = (op) => op.value === '坏'

    await sync()

    expect(server.log.map((op) => op.target)).toEqual([1, 2, 3, 5].map((n) => `answer/${n}/note`))
    expect((await heldRows(phone.db)).map(({ code }) => code)).toEqual(['malformed'])
  })

  test('holds nothing when the server refuses everything', async () => {
    await says(phone, 'answer/1/note', '好')
    for (let i = 0; i < 4; i++) server.plant('/api/v1/sync', { kind: 'answer', response: () => problem(400, 'malformed', 'refused') })

    expect(await sync()).toMatchObject({ outcome: 'refused', left: true })
    expect((await counts(phone.db)).held).toBe(0)
  })
})

describe('a held step', () => {
  test('stays on the phone with its reason, has no effect, and is not sent by itself again', async () => {
    const op = await says(phone, 'answer/1.1/note', '迟到的备注')
    server.hold = () => 'inspection.approved'
    await sync()

    const document = await readState(phone.db, SHIQIAO)
    expect(document.held).toEqual([{ op, code: 'inspection.approved' }])
    expect(value(document.state, 'answer/1.1/note')).toBeNull()
    const asked = server.batches.length
    await sync()
    expect(server.batches).toHaveLength(asked)
  })

  test('is offered again when a person says so', async () => {
    const op = await says(phone, 'answer/1.1/note', '备注')
    server.hold = () => 'op.author'
    await sync()
    server.hold = () => undefined
    await offerAgain(phone.db, op.id)

    await sync()

    expect(server.log.map(({ id }) => id)).toEqual([op.id])
    expect((await counts(phone.db)).held).toBe(0)
  })

  test('counts again when somebody at the desk let it through', async () => {
    const op = await says(phone, 'answer/1.1/note', '备注')
    server.hold = () => 'inspection.approved'
    await sync()
    server.log.push({ ...op, received_at: op.at })

    await sync()

    const document = await readState(phone.db, SHIQIAO)
    expect(document.held).toEqual([])
    expect(value(document.state, 'answer/1.1/note')).toBe('备注')
  })
})

describe('what the partner did', () => {
  test('arrives page by page, the cursor with its rows', async () => {
    server.page = 2
    UUIDS.slice(0, 5).forEach((id, i) => partnerSays(server, { id, target: `answer/${i}/verdict`, value: 'met' }))

    expect(await sync()).toMatchObject({ outcome: 'done', received: 6 })
    expect((await readState(phone.db, SHIQIAO)).ops).toHaveLength(5)
    expect((await sync()).received).toBe(0)
  })

  test('meets ours as a conflict that keeps both', async () => {
    partnerSays(server, { id: UUIDS[0]!, target: 'answer/3.8/note', value: '两处' })
    await says(phone, 'answer/3.8/note', '三处')
    await sync()
    const { state } = await readState(phone.db, SHIQIAO)
    expect(state.fields['answer/3.8/note']!.map((head) => head.value)).toEqual(['两处', '三处'])
  })

  test('brings the checklist of a new visit along', async () => {
    await sync()
    const [found] = await listInspections(phone.db)
    expect(await checklist(phone.db, found!.checklist.digest)).toMatchObject({ slug: 'county-grading' })
  })

  test('leaves out a checklist whose text is not what its name says', async () => {
    const [digest] = server.checklists.keys()
    server.checklists.set(digest!, '{"slug":"other"}')
    expect((await sync()).outcome).toBe('offline')
    expect(await checklist(phone.db, digest!)).toBeUndefined()
  })
})

describe('a visit that leaves the area', () => {
  test('goes from the phone', async () => {
    partnerSays(server, { id: UUIDS[0]!, target: 'answer/1/verdict', value: 'met' })
    await sync()
    server.areas.set(LIN.id, new Set())
    await sync()
    expect(await listInspections(phone.db)).toEqual([])
    expect(await phone.db.ops.count()).toBe(0)
  })

  test('stays as long as unsent work of ours is in it', async () => {
    await sync()
    server.hold = () => 'not_found'
    const op = await says(phone, 'answer/1/note', '没发出去')
    server.areas.set(LIN.id, new Set())
    await sync()

    expect(await listInspections(phone.db)).toMatchObject([{ id: SHIQIAO, left: true }])
    expect((await heldRows(phone.db)).map((row) => row.op.id)).toEqual([op.id])

    server.hold = () => undefined
    await offerAgain(phone.db, op.id)
    await sync()
    expect(server.log.map(({ id }) => id)).toEqual([op.id])
    expect(await listInspections(phone.db)).toEqual([])
  })
})

describe('a server restored from a backup', () => {
  test('gets back what it lost, and the phone forgets what others had said only there', async () => {
    const early = await says(phone, 'answer/1/verdict', 'met')
    await sync()
    const copy = server.backup()
    const late = await says(phone, 'answer/2/verdict', 'met')
    partnerSays(server, { id: UUIDS[0]!, target: 'answer/3/verdict', value: 'met' })
    await sync()
    server.restore(copy, 'epoch-2')

    expect(await sync()).toMatchObject({ outcome: 'done', left: false })

    expect(server.log.map(({ id }) => id)).toEqual([early.id, late.id])
    expect((await readState(phone.db, SHIQIAO)).ops.map(({ id }) => id).sort()).toEqual([early.id, late.id].sort())
    const asked = server.batches.length
    await sync()
    expect(server.batches).toHaveLength(asked)
  })

  test('is given again what the one before held, or no supervisor would ever see it', async () => {
    const op = await says(phone, 'answer/1/note', '迟到的备注')
    server.hold = () => 'inspection.approved'
    await sync()
    const copy = server.backup()
    server.held.clear()
    server.restore(copy, 'epoch-2')

    expect(await sync()).toMatchObject({ outcome: 'done', left: false })
    expect([...server.held.keys()]).toEqual([op.id])
    expect((await heldRows(phone.db)).map(({ code }) => code)).toEqual(['inspection.approved'])
    const asked = server.batches.length
    await sync()
    expect(server.batches).toHaveLength(asked)
  })

  test('gets them back even if the phone died in the middle of pulling afresh', async () => {
    for (const n of [1, 2, 3]) await says(phone, `answer/${n}/verdict`, 'met')
    await sync()
    server.restore({ ops: 0, photos: [] }, 'epoch-2')
    server.page = 1
    server.plant('/api/v1/sync', { kind: 'reply lost' }, { kind: 'reply lost' })
    await sync()
    phone = reopened(phone)
    await sync()
    expect((await sync()).left).toBe(false)
    expect(server.log).toHaveLength(3)
  })

  test('that only says the cursor is too old is pulled from afresh', async () => {
    await says(phone, 'answer/1/verdict', 'met')
    await sync()
    server.plant('/api/v1/sync', { kind: 'answer', response: () => problem(410, 'sync.cursor', 'stale') })
    expect(await sync()).toMatchObject({ outcome: 'done', left: false })
    expect(server.cursors).toEqual([null, null])
    expect(server.log).toHaveLength(1)
    await sync()
    expect(server.cursors.at(-1)).not.toBeNull()
  })
})

describe('an answer that is not from our server', () => {
  test.each([
    ['a portal page with status 200', () => page('<h1>请登录无线网络</h1>')],
    ['a portal page with status 401', () => page('<h1>login</h1>', 401)],
    ['a portal page with status 511', () => page('<h1>login</h1>', 511)],
    ['somebody else\'s JSON', () => Response.json({ ok: true })],
    ['a page called JSON', () => new Response('<html>', { headers: { 'Content-Type': 'application/json' } })],
  ])('%s is no network, and keeps everything', async (_, response) => {
    await says(phone, 'answer/1/verdict', 'met')
    server.plant('/api/v1/sync', { kind: 'answer', response })
    expect(await sync()).toMatchObject({ outcome: 'offline', left: true })
    expect(await isBarred(phone.db)).toBe(false)
    expect(await sync()).toMatchObject({ outcome: 'done', left: false })
  })

  test('a gateway\'s error page is a busy server', async () => {
    server.plant('/api/v1/sync', { kind: 'answer', response: () => page('<h1>502</h1>', 502) })
    expect((await sync()).outcome).toBe('busy')
  })

  test('how long to wait is passed on', async () => {
    const response = () => problem(503, 'busy', 'busy', { 'Retry-After': '17' })
    server.plant('/api/v1/sync', { kind: 'answer', response })
    expect(await sync()).toMatchObject({ outcome: 'busy', retry_after_s: 17 })
  })

  test('silence ends after 30 seconds', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    server.plant('/api/v1/sync', { kind: 'silence' })
    const round = sync()
    while (!server.asked.length) await new Promise((resolve) => setImmediate(resolve))
    vi.advanceTimersByTime(30_000)
    expect(await round).toMatchObject({ outcome: 'offline', problem: { code: 'phone.timeout' } })
  })
})

describe('signed out', () => {
  test('holds everything, asks nothing more, and goes on after sign-in', async () => {
    await says(phone, 'answer/1/verdict', 'met')
    phone.browser.user = null
    expect(await sync()).toMatchObject({ outcome: 'barred', left: true })
    await says(phone, 'answer/2/verdict', 'met')
    const asked = server.asked.length
    await sync()
    expect(server.asked).toHaveLength(asked)

    phone.browser.user = { id: LIN.id }
    await unbar(phone.db)
    expect(await sync()).toMatchObject({ outcome: 'done', sent: 2, left: false })
  })
})

describe('two people with one phone', () => {
  test('read and send nothing of each other; the first one\'s work goes when they are back', async () => {
    await says(phone, 'answer/1/verdict', 'met')
    const zhao = await aPhone(server, ZHAO)
    phone.browser.user = { id: ZHAO.id }

    expect(await sync(phone)).toMatchObject({ outcome: 'stopped', left: true })
    expect(await sync(zhao)).toMatchObject({ outcome: 'done', sent: 0 })
    expect((await readState(zhao.db, SHIQIAO)).ops).toEqual([])
    expect(server.log).toEqual([])

    await rememberUser(LIN)
    phone.browser.user = { id: LIN.id }
    expect(await sync(phone)).toMatchObject({ outcome: 'done', sent: 1, left: false })
  })

  test('write under names of their own, so that their numbers never meet', async () => {
    const hers = await says(phone, 'answer/1/verdict', 'met')
    const zhao = await aPhone(server, ZHAO)
    const his = await says(zhao, 'answer/1/verdict', 'met')
    expect([hers.seq, his.seq]).toEqual([1, 1])
    expect(hers.device).not.toBe(his.device)
    expect(hers.device).toMatch(/^[0-9a-z-]{8,64}$/)
  })
})

describe('several tabs', () => {
  test('number their steps without a gap or a double, and send each once', async () => {
    const other: Phone = { ...phone, db: connect(LIN.id) }
    await Promise.all(Array.from({ length: 20 }, (_, i) => says(i % 2 ? phone : other, `answer/${i}/verdict`, 'met')))

    await Promise.all([sync(phone), sync(other)])

    expect(server.log.map((op) => op.seq).sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1))
    expect(await counts(phone.db)).toMatchObject({ ops_waiting: 0 })
    other.db.close()
  })

  test('that do not wait for each other (no Web Locks, a page and a worker) lose and double nothing', async () => {
    const other: Phone = { ...phone, db: connect(LIN.id) }
    for (let i = 0; i < 10; i++) await says(phone, `answer/${i}/verdict`, 'met')
    await Promise.all([exchange(phone.db, phone.transport, 5), exchange(other.db, other.transport, 5)])
    await sync()
    expect(new Set(server.log.map(({ id }) => id)).size).toBe(10)
    expect(server.log).toHaveLength(10)
    expect((await counts(phone.db)).ops_waiting).toBe(0)
    other.db.close()
  })
})

test('a clock that is wrong is measured and changes nothing', async () => {
  server.skew_ms = -7 * 60_000
  await says(phone, 'answer/1/verdict', 'met')
  await sync()
  expect((await lastSync(phone.db))!.skew_ms / 60_000).toBeCloseTo(7, 1)
  expect(server.log).toHaveLength(1)
})

test('work written while a round is running goes in the same round', async () => {
  await says(phone, 'answer/1/verdict', 'met')
  let written = false
  const busy = { ...phone.transport, sync: async (...asked: Parameters<Phone['transport']['sync']>) => {
    if (!written) await says(phone, 'answer/2/verdict', 'met', LINJIANG)
    written = true
    return phone.transport.sync(...asked)
  } }
  expect(await syncOnce(phone.db, busy)).toMatchObject({ sent: 2, left: false })
})
