/** The people of every test, as in `tests/cast.py`, and their phones. */

import { closeDbs, openDb, type InspectionMeta, type UserDb } from '../src/store/db'
import { forgetFolded, write } from '../src/store/documents'
import type { KeptSite } from '../src/store/sites'
import { closeShared, rememberUser, type User } from '../src/store/shared'
import { setOp, type Op } from '../src/core/oplog'
import type { Json } from '../src/core/canonical'
import { closeCarried } from '../src/sync/carry/kept'
import { httpTransport, type Transport } from '../src/sync/transport'
import { FakeServer, published } from './fakeServer'

export const ORIGIN = 'http://hall.test'

const person = (n: number, username: string, name: string, role: User['role']): User => ({
  id: `00000000-0000-4000-8000-00000000000${n}`, username, name, role, scope: '990123', tenant: '990123', locale: 'zh',
})
export const LIN = person(1, 'lin', '林', 'inspector')
export const ZHAO = person(2, 'zhao', '赵', 'inspector')

export const SHIQIAO = '11111111-1111-4111-8111-111111111111'
export const LINJIANG = '22222222-2222-4222-8222-222222222222'
/** A hall of the county in which nobody has a visit yet. */
export const HALL: KeptSite = {
  id: 'hall-7', region: '990123103', name: { zh: '青龙镇便民服务中心', en: 'Qinglong' }, address: '青龙路112号', lat: null, lon: null, code: 'QL-1', windows: 6,
  person: '李', hours: '08:30-12:00', active: true,
}
const CHECKLIST = published({ format: 1, slug: 'county-grading', version: '2022.1' })

export function visit(id: string): InspectionMeta {
  return {
    id,
    site: { id: `site-${id}`, name: { zh: '石桥镇', en: 'Shiqiao' }, region: '990123101', address: '' },
    checklist: { slug: 'county-grading', version: '2022.1', digest: CHECKLIST.digest, title: { zh: '评定', en: 'Grading' } },
    team: [LIN, ZHAO].map(({ id: who, name }) => ({ id: who, name })),
    state: 'assigned', campaign_title: null, visit_on: '2026-09-14', updated_seq: 1,
  }
}

/** A server on which Lin and Zhao visit Shiqiao together. */
export function aServer(): FakeServer {
  const server = new FakeServer()
  for (const id of [SHIQIAO, LINJIANG]) server.visits.set(id, visit(id))
  server.checklists.set(CHECKLIST.digest, CHECKLIST.text)
  for (const { id } of [LIN, ZHAO]) server.areas.set(id, new Set([SHIQIAO]))
  return server
}

export interface Phone {
  user: User
  db: UserDb
  transport: Transport
  browser: { user: { id: string } | null }
}

/** A phone in the hand of `user`, signed in. One per test: a test has one IndexedDB, so one phone's shared database. */
export async function aPhone(server: FakeServer, user: User): Promise<Phone> {
  await rememberUser(user)
  const browser = server.browser({ id: user.id })
  const transport = httpTransport(() => import('../src/sync/upload'), browser.fetch, ORIGIN)
  return { user, db: openDb(user.id), transport, browser }
}

/** The browser is killed: nothing is left but what was flushed. */
export function reopened(phone: Phone): Phone {
  closeDbs()
  forgetFolded()
  return { ...phone, db: openDb(phone.user.id) }
}

export async function says(phone: Phone, target: string, value: Json, inspection: string = SHIQIAO): Promise<Op> {
  const [op] = await write(phone.db, inspection, (state, pen) => [setOp(state, pen, target, value)])
  return op!
}

/** What another phone said, straight into the server's log. */
export function partnerSays(server: FakeServer, op: Partial<Op> & Pick<Op, 'id' | 'target' | 'value'>): void {
  const at = '2026-09-14T02:00:00.000Z'
  const rest = { inspection: SHIQIAO, device: 'zhaos-phone', seq: server.log.length + 1, at, kind: 'set' as const, over: [], author: ZHAO.id }
  server.log.push({ ...rest, ...op, received_at: at })
}

/** A phone that has never been used. */
export async function cleanPhone(): Promise<void> {
  closeDbs()
  closeShared()
  closeCarried()
  forgetFolded()
  const { indexedDB } = globalThis
  for (const { name } of await indexedDB.databases()) {
    await new Promise((resolve) => (indexedDB.deleteDatabase(name!).onsuccess = resolve))
  }
}
