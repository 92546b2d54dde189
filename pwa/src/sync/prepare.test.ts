import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { aPhone, aServer, cleanPhone, LIN, SHIQIAO, visit, type Phone } from '../../testing/cast'
import type { FakeServer } from '../../testing/fakeServer'
import { metaValue } from '../store/db'
import { inspection, proofOf } from '../store/inspections'
import { prepare } from './prepare'

let server: FakeServer
let phone: Phone

beforeEach(async () => {
  await cleanPhone()
  server = aServer()
  phone = await aPhone(server, LIN)
  await phone.db.inspections.put(visit(SHIQIAO))
})

afterEach(() => vi.unstubAllGlobals())

/** A browser with a worker that answers, and storage that promises. */
function aBrowser(whole: boolean): void {
  const active = { postMessage: (_: unknown, [port]: MessagePort[]) => port!.postMessage(whole) }
  const storage = { persist: async () => true, estimate: async () => ({ usage: 5_000, quota: 105_000 }) }
  vi.stubGlobal('navigator', { serviceWorker: { ready: Promise.resolve({ active }) }, storage })
}

test('a visit is ready when its checklist and the app are on the phone', async () => {
  aBrowser(true)
  const proof = await prepare(phone.db, SHIQIAO, phone.transport)
  expect(proof).toMatchObject({ ready: true, checklist: true, shell: true, persisted: true, bytes: 5_000, free_bytes: 100_000 })
  expect((await inspection(phone.db, SHIQIAO))!.prepared_at).toBe(proof.at)
  expect(await metaValue(phone.db, proofOf(SHIQIAO)), 'what was proved can be read again').toEqual(proof)
})

test('a visit is not ready when the app would not open, or without a worker at all', async () => {
  aBrowser(false)
  expect(await prepare(phone.db, SHIQIAO, phone.transport)).toMatchObject({ ready: false, checklist: true, shell: false })
  vi.stubGlobal('navigator', {})
  expect(await prepare(phone.db, SHIQIAO, phone.transport)).toMatchObject({ ready: false, shell: false, persisted: false, bytes: null })
  expect((await inspection(phone.db, SHIQIAO))!.prepared_at).toBeUndefined()
})

test('without network the proof says that the checklist is missing; with what is stored it says yes', async () => {
  aBrowser(true)
  server.plant('/api/v1/checklists', { kind: 'lost' })
  expect(await prepare(phone.db, SHIQIAO, phone.transport)).toMatchObject({ ready: false, checklist: false })
  await prepare(phone.db, SHIQIAO, phone.transport)
  server.plant('/api/v1/checklists', { kind: 'lost' })
  expect(await prepare(phone.db, SHIQIAO, phone.transport)).toMatchObject({ ready: true })
})

test('a checklist that was damaged on the phone is fetched again', async () => {
  aBrowser(true)
  await prepare(phone.db, SHIQIAO, phone.transport)
  const { digest } = visit(SHIQIAO).checklist
  await phone.db.checklists.put({ digest, content: { slug: 'damaged' } as never })
  expect(await prepare(phone.db, SHIQIAO, phone.transport)).toMatchObject({ checklist: true })
  expect((await phone.db.checklists.get(digest))!.content).toMatchObject({ slug: 'county-grading' })
})

test('a visit that is not on the phone has a plain answer', async () => {
  await expect(prepare(phone.db, 'unknown', phone.transport)).rejects.toMatchObject({ code: 'not_found' })
})
