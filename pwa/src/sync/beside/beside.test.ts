import { beforeEach, expect, test } from 'vitest'
import type { Order } from '../../core/rectification'
import { openDb, type UserDb } from '../../store/db'
import { draftOf, keepAfterPhoto, keepDraft, keptItem, makeMove, markRead } from '../../store/rectification'
import { counts } from '../../store/pending'
import { unread, waitingMoves } from '../../store/moves'
import { rememberUser } from '../../store/shared'
import { ApiProblem, type Ask } from '../http'
import type { Transport } from '../transport'
import { syncOnce } from '../engine'
import { askAgain } from './pace'
import { cleanPhone, LIN } from '../../../testing/cast'

const SHI = { ...LIN, id: '00000000-0000-4000-8000-000000000009', username: 'shi', role: 'centre' as const }
const ITEM = '33333333-3333-4333-8333-333333333333'
const item = { id: ITEM, order: 'o', inspection: 'v', state: 'issued', due_on: '2026-10-09', appeal_until: '2026-09-28', extension: null, appeal: null, after: [], before: [], proof: { photos: true, why: 'x' }, moves: [] }
const order = { id: 'o', number: '2026-001', appeal_until: '2026-09-28', items: [item] } as unknown as Order

/** A server that takes each move once, and loses, refuses or notes what it is told to. */
class Desk {
  readonly taken: string[] = []
  readonly marked: string[] = []
  epoch = 'one'
  loseReply = false
  judge: (kind: string) => { outcome: string; code?: string } = () => ({ outcome: 'applied' })
  transport = { ask: (path: string, init?: Ask) => this.answer(path, init), picture: () => Promise.reject(new ApiProblem('phone.offline')) } as unknown as Transport

  private async answer(path: string, init?: Ask): Promise<unknown> {
    if (path.startsWith('/inbox/read')) return void this.marked.push(...(init!.body as { ids: string[] }).ids)
    if (path.startsWith('/inbox')) return { entries: path.endsWith('=0') ? [{ id: 'e', seq: 1, kind: 'issued', words: { zh: '字', en: 'w' }, link: '/inbox', at: '2026-09-21T01:00:00.000Z', read_at: null }] : [], unread: 1, seq: 1, more: false }
    const moves = (init?.body as { moves: { id: string; kind: string }[] } | undefined)?.moves ?? []
    const results = moves.map(({ id, kind }) => {
      if (this.taken.includes(id)) return { id, outcome: 'duplicate' }
      const said = this.judge(kind)
      if (said.outcome !== 'refused') this.taken.push(id)
      return { id, ...said, ...(said.code && { message: { zh: said.code, en: said.code } }) }
    })
    if (this.loseReply) {
      this.loseReply = false
      throw new ApiProblem('phone.offline')
    }
    return { results, orders: [order], gone: [], cursor: 'c', epoch: this.epoch, server_time: '2026-09-21T01:00:00.000Z' }
  }
}

let db: UserDb
let desk: Desk
const round = () => { askAgain(); return syncOnce(db, desk.transport) }

beforeEach(async () => {
  await cleanPhone()
  await rememberUser(SHI)
  db = openDb(SHI.id)
  desk = new Desk()
  await round()
})

test('what Shi does offline is shown at once and arrives once, though the answer was lost', async () => {
  const kept = (await keptItem(db, ITEM))!
  await makeMove(db, kept.item, 'acknowledge', {})
  expect((await keptItem(db, ITEM))!.item.state).toBe('acknowledged')
  expect((await counts(db)).ops_waiting).toBe(1)
  desk.loseReply = true
  expect((await round()).outcome).toBe('offline')
  expect((await counts(db)).ops_waiting).toBe(1)
  expect((await round()).outcome).toBe('done')
  expect((await counts(db)).ops_waiting).toBe(0)
  expect(desk.taken).toHaveLength(1)
})

test('a refused move stays with its reason and holds up none of the others; a noted one leaves the outbox', async () => {
  const { item: mine } = (await keptItem(db, ITEM))!
  await makeMove(db, mine, 'appeal', { words: '不对' })
  await makeMove(db, mine, 'answer', { words: '已知' })
  await makeMove(db, mine, 'acknowledge', {})
  desk.judge = (kind) => (kind === 'appeal' ? { outcome: 'refused', code: 'not_found' } : kind === 'answer' ? { outcome: 'noted', code: 'rectification.closed_already' } : { outcome: 'applied' })
  await round()
  await round()
  expect((await keptItem(db, ITEM))!.own.map((move) => [move.kind, move.state, move.code])).toEqual([
    ['appeal', 'refused', 'not_found'], ['answer', 'sent', 'rectification.closed_already'], ['acknowledge', 'sent', undefined],
  ])
  expect(await counts(db)).toMatchObject({ ops_waiting: 0, held: 1 })
  expect(desk.taken).toHaveLength(2)
})

test('photos of a draft stay here until the report is sent off, and a restored server gets everything again', async () => {
  const { item: mine } = (await keptItem(db, ITEM))!
  await keepDraft(db, mine, 'done', { words: '换好了' })
  const photo = await keepAfterPhoto(db, mine, new ArrayBuffer(8))
  expect(await counts(db)).toMatchObject({ ops_waiting: 0, photos_waiting: 0 })
  await makeMove(db, mine, 'done', { words: '换好了', photos: [photo] })
  expect(await counts(db)).toMatchObject({ ops_waiting: 1, photos_waiting: 1 })
  await round()
  expect(await waitingMoves(db).count()).toBe(0)
  desk.epoch = 'two'
  desk.taken.length = 0
  await round()
  expect(desk.taken).toHaveLength(1)
})

test('words kept while the camera keeps a photo leave the photo in the report', async () => {
  const { item: mine } = (await keptItem(db, ITEM))!
  const [photo] = await Promise.all([keepAfterPhoto(db, mine, new ArrayBuffer(8)), keepDraft(db, mine, 'done', { words: '换好' })])
  await keepDraft(db, mine, 'done', { words: '换好了' })
  expect(await draftOf(db, ITEM, 'done')).toEqual({ words: '换好了', photos: [photo] })
})

test('an entry read offline is read everywhere afterwards', async () => {
  expect(await unread(db)).toBe(1)
  await markRead(db, ['e'])
  expect(await unread(db)).toBe(0)
  await round()
  expect(desk.marked).toEqual(['e'])
})
