import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { aPhone, aServer, cleanPhone, LIN, partnerSays, says, type Phone } from '../../testing/cast'
import type { FakeServer } from '../../testing/fakeServer'
import { readState } from '../store/documents'
import { startSync, type Syncing } from './page'

/** What a page has of a browser: events, visibility, and perhaps a worker that can be woken. */
class Screen {
  readonly window = new EventTarget()
  readonly document = Object.assign(new EventTarget(), { visibilityState: 'visible' })
  readonly registered: string[] = []

  constructor() {
    const ready = Promise.resolve({ sync: { register: async (tag: string) => void this.registered.push(tag) } })
    vi.stubGlobal('window', this.window)
    vi.stubGlobal('document', this.document)
    vi.stubGlobal('navigator', { onLine: true, serviceWorker: { ready } })
  }

  goes(state: 'visible' | 'hidden'): void {
    this.document.visibilityState = state
    this.document.dispatchEvent(new Event('visibilitychange'))
  }
}

let server: FakeServer
let phone: Phone
let screen: Screen
let syncing: Syncing | undefined

beforeEach(async () => {
  await cleanPhone()
  server = aServer()
  phone = await aPhone(server, LIN)
  screen = new Screen()
})

afterEach(() => {
  syncing?.stop()
  vi.unstubAllGlobals()
})

const started = (): Syncing => (syncing = startSync(LIN.id, phone.transport))
const soon = (fact: () => unknown): Promise<void> => vi.waitFor(() => expect(fact()).toBeTruthy(), { timeout: 4_000, interval: 20 })

describe('an open page', () => {
  test('syncs at once, and after each write without being asked', async () => {
    started()
    await soon(() => server.cursors.length === 1)
    await says(phone, 'answer/1/verdict', 'met')
    await soon(() => server.log.length === 1)
  })

  test('asked twice at once it asks the server once, and tells how it went', async () => {
    const page = started()
    await soon(() => page.last)
    const heard = vi.fn()
    page.onReport(heard)
    const first = page.now()
    expect(page.now()).toBe(page.now())
    await first
    expect(heard).toHaveBeenCalledExactlyOnceWith(await first)
    expect(page.last).toMatchObject({ outcome: 'done' })
  })

  test('says done only of a round that began after what was written', async () => {
    let go = (): void => undefined
    const held = new Promise<void>((resolve) => { go = resolve })
    const asking = vi.spyOn(phone.transport, 'ask').mockImplementation(() => held.then(() => ({})))
    const page = started()
    await soon(() => asking.mock.calls.length)
    await says(phone, 'answer/1/verdict', 'met')
    const told = page.now()
    go()
    expect(await told).toMatchObject({ outcome: 'done' })
    expect(server.log).toHaveLength(1)
  })

  test('syncs when the network comes back and when somebody looks again', async () => {
    const page = started()
    await page.now()
    for (const wake of [() => screen.window.dispatchEvent(new Event('online')), () => screen.goes('visible')]) {
      const before = server.cursors.length
      wake()
      await soon(() => server.cursors.length > before)
      await page.now()
    }
  })

  test('recovers by itself when a server that was down is back, with no event to say so', async () => {
    server.plant('/api/v1/sync', { kind: 'lost' })
    const page = started()
    await says(phone, 'answer/1/verdict', 'met')
    expect((await page.now()).outcome).toBe('offline')
    await soon(() => server.log.length === 1)
  })

  test('hands unsent work to the worker when the screen goes dark', async () => {
    server.plant('/api/v1/sync', { kind: 'lost' })
    const page = started()
    await page.now()
    await says(phone, 'answer/1/verdict', 'met')
    screen.goes('hidden')
    await soon(() => screen.registered.includes('mingcha-sync'))
  })

  test('goes on after a round that broke for a reason nobody thought of', async () => {
    const page = started()
    await page.now()
    const breaking = vi.spyOn(phone.db.outbox, 'where').mockImplementation(() => {
      throw new Error('the database was closed')
    })
    expect(await page.now()).toMatchObject({ outcome: 'busy', left: true })
    breaking.mockRestore()
    expect(await page.now()).toMatchObject({ outcome: 'done' })
  })

  test('asks nothing more once it is stopped', async () => {
    const page = started()
    await page.now()
    page.stop()
    const before = server.asked.length
    await says(phone, 'answer/1/verdict', 'met')
    screen.window.dispatchEvent(new Event('online'))
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(server.asked).toHaveLength(before)
  })
})

test('the partner\'s work appears within 10 seconds without a touch', async () => {
  const page = started()
  await page.now()
  const since = Date.now()
  partnerSays(server, { id: '0190a000-0000-7000-8000-000000000001', target: 'answer/2/verdict', value: 'met' })
  await vi.waitFor(async () => expect((await readState(phone.db, '11111111-1111-4111-8111-111111111111')).ops).toHaveLength(1), {
    timeout: 10_000, interval: 100,
  })
  expect(Date.now() - since).toBeLessThan(10_000)
})
