import { beforeEach, describe, expect, test } from 'vitest'
import { aPhone, aServer, cleanPhone, HALL, LIN, reopened, says, SHIQIAO, visit, ZHAO, type Phone } from '../../testing/cast'
import { problem, type FakeServer } from '../../testing/fakeServer'
import { setOp, value } from '../core/oplog'
import { begin, begunVisits, bringAlong, offerVisitAgain, untold } from '../store/begun'
import { metaValue } from '../store/db'
import { readState, write } from '../store/documents'
import { inspection } from '../store/inspections'
import { counts, heldRows, needs } from '../store/pending'
import { syncOnce } from './engine'

const me = { id: LIN.id, name: LIN.name }
const zhao = { id: ZHAO.id, name: ZHAO.name }
const { digest } = visit(SHIQIAO).checklist

let server: FakeServer
let lin: Phone
let id: string

beforeEach(async () => {
  await cleanPhone()
  server = aServer()
  lin = await aPhone(server, LIN)
  await syncOnce(lin.db, lin.transport)
  server.asked.length = 0
})

const sync = (phone = lin) => syncOnce(phone.db, phone.transport, { photos: false, beside: false })
const paths = () => server.asked.filter((one) => /visits|sync$/.test(one))
const logged = () => server.log.map((op) => op.inspection)

async function beginAndWrite(companions = [] as typeof zhao[]): Promise<void> {
  id = await begin(lin.db, me, HALL, digest, companions)
  await says(lin, 'visit/arrived', { at: '2026-09-21T02:00:00.000Z', position: null }, id)
  await says(lin, 'answer/1.2/verdict', 'not_met', id)
}

describe('a visit begun without a network', () => {
  test('stands on the phone at once, with its checklist, and can be worked on', async () => {
    await beginAndWrite()
    expect(await inspection(lin.db, id)).toMatchObject({ site: { name: HALL.name }, checklist: { digest }, team: [me], campaign: null })
    expect((await counts(lin.db)).ops_waiting).toBe(2)
    expect((await needs(lin.db)).asks).toBe(0)
  })

  test('is told to the server before any of its steps, in one round', async () => {
    await beginAndWrite()
    expect(await sync()).toMatchObject({ outcome: 'done', sent: 2, held: 0, left: false })
    expect(paths()[0]).toBe('POST /api/v1/visits')
    expect(logged()).toEqual([id, id])
    expect(await counts(lin.db)).toEqual({ ops_waiting: 0, photos_waiting: 0, held: 0 })
    expect((await inspection(lin.db, id))!.epoch).toBe(server.epoch)
    server.asked.length = 0
    await sync()
    expect(paths()).toEqual(['POST /api/v1/sync'])
  })

  test('takes those who come along with it', async () => {
    await beginAndWrite([zhao])
    await sync()
    expect(server.areas.get(ZHAO.id)).toContain(id)
  })

  test('needs its checklist on the phone', async () => {
    await expect(begin(lin.db, me, HALL, '0'.repeat(64))).rejects.toThrow(/not on this phone/)
    expect(await begunVisits(lin.db)).toEqual({})
  })
})

describe('whatever breaks between the visit and its steps', () => {
  test('the line: nothing is sent, all is there in the next round', async () => {
    await beginAndWrite()
    server.plant('/api/v1/visits', { kind: 'lost' })
    expect(await sync()).toMatchObject({ outcome: 'offline', left: true })
    expect(logged()).toEqual([])
    expect(await sync()).toMatchObject({ outcome: 'done', sent: 2, left: false })
  })

  test('the answer: the visit is told again, and is one visit', async () => {
    await beginAndWrite()
    server.plant('/api/v1/visits', { kind: 'reply lost' })
    expect((await sync()).left).toBe(true)
    expect(await sync()).toMatchObject({ outcome: 'done', sent: 2, left: false })
    expect([...server.visits.keys()].filter((one) => one === id)).toHaveLength(1)
    expect(logged()).toEqual([id, id])
  })

  test('the phone, killed after the visit was told: its steps follow', async () => {
    await beginAndWrite()
    server.plant('/api/v1/sync', { kind: 'lost' })
    await sync()
    expect(server.visits.has(id)).toBe(true)
    expect(logged()).toEqual([])
    lin = reopened(lin)
    expect(await sync()).toMatchObject({ outcome: 'done', sent: 2, held: 0 })
    expect(logged()).toEqual([id, id])
  })

  test('a server that cannot take visits now: other work goes on, the round says that something is left', async () => {
    await beginAndWrite()
    await says(lin, 'answer/1.2/verdict', 'met')
    server.plant('/api/v1/visits', { kind: 'answer', response: () => problem(503, 'busy', 'busy') })
    expect(await sync()).toMatchObject({ outcome: 'busy', sent: 1, left: true })
    expect(logged()).toEqual([SHIQIAO])
    expect(await sync()).toMatchObject({ outcome: 'done', sent: 1 + 1, left: false })
    expect(logged()).toEqual([SHIQIAO, id, id])
  })

  test('two hundred steps of a visit that waits keep nobody else\'s work back', async () => {
    server.closed.add(HALL.id)
    id = await begin(lin.db, me, HALL, digest)
    await write(lin.db, id, (state, pen) => Array.from({ length: 205 }, (_, n) => setOp(state, pen, 'answer/1.2/note', `${n}`)))
    await says(lin, 'answer/1.2/verdict', 'met')
    expect(await sync()).toMatchObject({ outcome: 'done', sent: 1, held: 0, left: false })
    expect(logged()).toEqual([SHIQIAO])
  })

  test('a server restored from before the visit: it is told again, and the steps follow', async () => {
    const before = server.backup()
    await beginAndWrite()
    await sync()
    server.visits.delete(id)
    for (const area of server.areas.values()) area.delete(id)
    server.restore(before, 'epoch-2')
    expect(await sync()).toMatchObject({ outcome: 'done', left: false })
    expect(server.visits.has(id)).toBe(true)
    expect(logged()).toEqual([id, id])
    expect(value((await readState(lin.db, id)).state, 'answer/1.2/verdict')).toBe('not_met')
  })

  test('steps that an older build sent too early, and the server held, go once the visit is known', async () => {
    await beginAndWrite()
    const rows = await lin.db.outbox.where({ inspection: id }).toArray()
    for (const row of rows) await lin.db.outbox.update(row.id, { state: 'held', code: 'not_found' })
    expect(await sync()).toMatchObject({ outcome: 'done', left: false })
    expect(logged()).toEqual([id, id])
    expect(await heldRows(lin.db)).toEqual([])
  })
})

describe('a visit that the server does not take', () => {
  test.each([
    ['its site is closed', () => server.closed.add(HALL.id), 'visit.site_closed'],
    ['its inspector must not go there', () => server.recused.add(LIN.id), 'draw.recused'],
    ['its id is another visit\'s', () => server.visits.set(id, visit(id)), 'visit.id_taken'],
  ])('because %s keeps everything, says why, and holds up nothing else', async (_why, arrange, code) => {
    await beginAndWrite()
    await says(lin, 'answer/1.2/verdict', 'met')
    arrange()
    expect(await sync()).toMatchObject({ outcome: 'done', sent: 1, held: 0, left: false })
    expect((await begunVisits(lin.db))[id]!.refused).toMatchObject({ code })
    expect((await needs(lin.db)).asks).toBe(1)
    expect((await counts(lin.db)).ops_waiting).toBe(2)
    expect(value((await readState(lin.db, id)).state, 'answer/1.2/verdict')).toBe('not_met')
    expect(await inspection(lin.db, id)).toBeDefined()
    server.asked.length = 0
    await sync()
    expect(paths()).toEqual(['POST /api/v1/sync'])
    expect(logged()).toEqual([SHIQIAO])
  })

  test('is taken when a person offers it again and the hindrance is gone', async () => {
    await beginAndWrite()
    server.closed.add(HALL.id)
    await sync()
    server.closed.clear()
    await offerVisitAgain(lin.db, id)
    expect(await sync()).toMatchObject({ outcome: 'done', sent: 2, left: false })
    expect((await needs(lin.db)).asks).toBe(0)
  })

  test('keeps its photos here, too', async () => {
    await beginAndWrite()
    server.closed.add(HALL.id)
    await lin.db.photos.put({ id: 'p1', inspection: id, mine: true, state: 'local', size: 3, sha256: '0'.repeat(64) })
    await lin.db.bytes.put({ id: 'p1', bytes: new Uint8Array([1, 2, 3]).buffer })
    expect(await syncOnce(lin.db, lin.transport, { beside: false })).toMatchObject({ outcome: 'done', left: false })
    expect(server.asked.some((one) => one.includes('/uploads'))).toBe(false)
    expect((await lin.db.photos.get('p1'))!.code).toBeUndefined()
  })

  test('because of a companion is taken without them, and the phone says so', async () => {
    server.recused.add(ZHAO.id)
    await beginAndWrite([zhao])
    expect(await sync()).toMatchObject({ outcome: 'done', sent: 2 })
    expect((await begunVisits(lin.db))[id]).toMatchObject({ told: true, alone: { zh: 'draw.recused' } })
    expect((await inspection(lin.db, id))!.team.map((one) => one.id)).toEqual([LIN.id])
  })
})

test('who comes along may be named until the server knows the visit; afterwards the server is asked', async () => {
  await beginAndWrite()
  expect(await bringAlong(lin.db, id, zhao)).toBe(true)
  expect((await inspection(lin.db, id))!.team).toEqual([me, zhao])
  await sync()
  expect(server.areas.get(ZHAO.id)).toContain(id)
  expect(await bringAlong(lin.db, id, zhao)).toBe(false)
})

test('a device that is revoked hands in what was written in a visit nobody knows', async () => {
  await beginAndWrite()
  server.revoked.add(LIN.id)
  expect(await sync()).toMatchObject({ outcome: 'revoked' })
  expect([...server.held.values()].map(({ op }) => op.inspection)).toEqual([id, id])
})

test('a visit that left this phone is forgotten here as well', async () => {
  await beginAndWrite()
  await sync()
  expect(await untold(lin.db)).toEqual(new Set())
  server.areas.get(LIN.id)!.delete(id)
  await sync()
  await sync()
  expect(await metaValue(lin.db, 'begun')).toBeUndefined()
})
