import { beforeEach, expect, test, vi } from 'vitest'
import { aPhone, aServer, cleanPhone, LIN, says, SHIQIAO, type Phone } from '../../../testing/cast'
import type { FakeServer } from '../../../testing/fakeServer'
import { value } from '../../core/oplog'
import { readState } from '../../store/documents'
import { counts, heldRows } from '../../store/pending'
import { syncOnce } from '../engine'
import { dismiss, heldThere, letGo } from './held'

const api = vi.hoisted(() => vi.fn())
vi.mock('../api', () => ({ api }))

let server: FakeServer
let lin: Phone

beforeEach(async () => {
  await cleanPhone()
  server = aServer()
  lin = await aPhone(server, LIN)
  server.hold = () => 'op.role_forbidden'
  api.mockReset()
})

/** What the server tells of settled things. */
const settled = (op_id: string, how: string, as: string | null = op_id) =>
  api.mockResolvedValue({ held: [{ id: 'h1', op_id, settled: { how, op_id: as } }] })

async function aHeldStep(): Promise<string> {
  const op = await says(lin, 'answer/1.1/note', '备注')
  await syncOnce(lin.db, lin.transport)
  expect(await heldRows(lin.db)).toHaveLength(1)
  return op.id
}

test('why a step is held is told in the server\'s words, with what one may do', async () => {
  const id = await aHeldStep()
  api.mockResolvedValue({ held: [{ id: 'h1', op_id: id, message: { zh: '理由', en: 'Why' }, may: ['held.set_aside'] }, { id: 'h2', op_id: null }] })
  expect([...(await heldThere())]).toEqual([[id, { id: 'h1', message: { zh: '理由', en: 'Why' }, mayDismiss: true }]])
})

test('a step that a supervisor took in under its own id stands again on the phone', async () => {
  const id = await aHeldStep()
  settled(id, 'taken_in')
  expect(await letGo(lin.db)).toBe(1)
  expect((await counts(lin.db)).held).toBe(0)
  expect(value((await readState(lin.db, SHIQIAO)).state, 'answer/1.1/note')).toBe('备注')
})

test.each([['taken_in', '0190a000-0000-7000-8000-000000000001'], ['set_aside', null]])('a step that was %s elsewhere leaves the phone', async (how, as) => {
  const id = await aHeldStep()
  settled(id, how, as)
  expect(await letGo(lin.db)).toBe(1)
  expect(await lin.db.ops.count()).toBe(0)
})

test('a step is set aside with its reason, and goes only after the server has said so', async () => {
  const id = await aHeldStep()
  api.mockResolvedValueOnce(undefined).mockResolvedValueOnce({ held: [] })
  await dismiss(lin.db, 'h1', '写错了')
  expect(api).toHaveBeenCalledWith('/held/h1/setting-aside', { method: 'POST', body: { reason: '写错了' } })
  expect((await heldRows(lin.db)).map(({ op }) => op.id)).toEqual([id])
  settled(id, 'set_aside', null)
  await letGo(lin.db)
  expect(await heldRows(lin.db)).toEqual([])
})

test('what waits to be sent again is not let go of, and a server that knows no settled list changes nothing', async () => {
  const id = await aHeldStep()
  api.mockResolvedValue({ held: [{ id: 'h1', op_id: id }] })
  expect(await letGo(lin.db)).toBe(0)
  await lin.db.outbox.update(id, { state: 'waiting' })
  settled(id, 'set_aside')
  expect(await letGo(lin.db)).toBe(0)
  expect(await lin.db.ops.count()).toBe(1)
})
