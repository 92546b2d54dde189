/** A visit begun on a phone that never reaches the server itself: somebody carries it, or the revoked phone tells of it. */

import { strFromU8, unzipSync } from 'fflate'
import { beforeEach, expect, test } from 'vitest'
import { aPhone, aServer, cleanPhone, HALL, LIN, says, SHIQIAO, visit, ZHAO, type Phone } from '../../../testing/cast'
import type { FakeServer } from '../../../testing/fakeServer'
import { begin, begunVisits } from '../../store/begun'
import { keepPhoto } from '../../store/photos'
import { currentUser } from '../../store/shared'
import { syncOnce } from '../engine'
import { readBundle, writeBundle } from './bundle'
import { carriedNow, offerCarriedAgain, takeIn } from './kept'

let server: FakeServer
let lin: Phone
let id: string

beforeEach(async () => {
  await cleanPhone()
  server = aServer()
  lin = await aPhone(server, LIN)
  await syncOnce(lin.db, lin.transport)
  id = await begin(lin.db, { id: LIN.id, name: LIN.name }, HALL, visit(SHIQIAO).checklist.digest)
  await says(lin, 'answer/1.2/verdict', 'not_met', id)
  await says(lin, 'answer/1.2/note', '牌子掉了', id)
})

const photograph = () => keepPhoto(lin.db, {
  inspection: id, indicator: '1.2', finding: null, kind: 'scene', source: 'camera', bytes: new Uint8Array(900).fill(3).buffer, width: 8, height: 6, position: null, name: '1.jpg',
})

test('stands in the rescue file before its steps, and a colleague brings both, once', async () => {
  const { file, ops } = await writeBundle(lin.db)
  expect(ops).toBe(3)
  const entries = JSON.parse(strFromU8(unzipSync(new Uint8Array(await file.arrayBuffer()))['ops.json']!)) as Record<string, unknown>[]
  expect(entries.map((one) => Object.keys(one)[0])).toEqual(['visit', 'op', 'op'])

  const zhao = await aPhone(server, ZHAO)
  await takeIn(zhao.db, await readBundle(file))
  await syncOnce(zhao.db, zhao.transport)
  expect([...server.areas.get(LIN.id)!]).toContain(id)
  expect(server.log.map(({ inspection, author }) => [inspection, author])).toEqual([[id, LIN.id], [id, LIN.id]])
  expect((await carriedNow(ZHAO.id))[0]).toMatchObject({ sent: 3, held: [], done: true })

  lin = await aPhone(server, LIN)
  expect(await syncOnce(lin.db, lin.transport)).toMatchObject({ outcome: 'done', left: false })
  expect(server.log).toHaveLength(2)
})

test('that the server does not take is held with its steps, and goes when the carrier offers it again', async () => {
  server.closed.add(HALL.id)
  const { file } = await writeBundle(lin.db)
  const zhao = await aPhone(server, ZHAO)
  const bundle = await readBundle(file)
  await takeIn(zhao.db, bundle)
  await syncOnce(zhao.db, zhao.transport)
  expect((await carriedNow(ZHAO.id))[0]!.held).toEqual([{ code: 'visit.site_closed', count: 1 }, { code: 'not_found', count: 2 }])
  server.closed.clear()
  await offerCarriedAgain(zhao.db, bundle.id)
  await syncOnce(zhao.db, zhao.transport)
  expect((await carriedNow(ZHAO.id))[0]).toMatchObject({ held: [], done: true })
})

test('of a phone that was revoked is told first, and its steps and photos have a place to wait in', async () => {
  await photograph()
  server.revoked.add(LIN.id)
  expect(await syncOnce(lin.db, lin.transport)).toMatchObject({ outcome: 'revoked', photos: 1 })
  expect(server.visits.has(id)).toBe(true)
  expect([...server.held.values()].map(({ op, code }) => [op.inspection, code])).toEqual(Array(3).fill([id, 'op.device_revoked']))
  expect(await currentUser()).toBeNull()
  expect([await begunVisits(lin.db), await lin.db.ops.count()]).toEqual([{}, 0])
})

test('of a revoked phone whose line breaks is told again, and nothing is let go of before', async () => {
  server.revoked.add(LIN.id)
  server.plant('/api/v1/visits', { kind: 'lost' })
  server.plant('/api/v1/sync', { kind: 'answer', response: () => new Response('<html>', { status: 200 }) })
  expect((await syncOnce(lin.db, lin.transport)).outcome).toBe('offline')
  expect(await lin.db.outbox.count()).toBe(2)
  expect((await syncOnce(lin.db, lin.transport)).outcome).toBe('revoked')
  expect(server.visits.has(id)).toBe(true)
})
