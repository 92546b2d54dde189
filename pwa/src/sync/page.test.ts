import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { aPhone, aServer, cleanPhone, LIN, partnerSays, says, SHIQIAO, type Phone } from '../../testing/cast'
import { problem, type FakeServer } from '../../testing/fakeServer'
import { readState } from '../store/documents'
import { keepPhoto, photoRows } from '../store/photos'
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

  test('goes on when one who listens breaks', async () => {
    const told = vi.fn()
    vi.stubGlobal('reportError', told)
    const page = started()
    page.onReport(() => { throw new Error('a screen that is gone') })
    const other = vi.fn()
    page.onReport(other)
    await soon(() => other.mock.calls.length)
    expect(told).toHaveBeenCalledOnce()
    await says(phone, 'answer/1/verdict', 'met')
    await soon(() => server.log.length === 1)
  })

  test('asks a server that asked for time no sooner because the line or a person is back', async () => {
    server.plant('/api/v1/sync', { kind: 'answer', response: () => problem(503, 'busy', 'busy', { 'Retry-After': '2' }) })
    const page = started()
    await soon(() => page.last)
    screen.window.dispatchEvent(new Event('online'))
    screen.window.dispatchEvent(new Event('pageshow'))
    screen.goes('visible')
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(server.asked.filter((line) => line.endsWith('/sync'))).toHaveLength(1)
    await soon(() => server.cursors.length)
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

describe('photos on their way', () => {
  const takes = (fill: number) => keepPhoto(phone.db, {
    inspection: SHIQIAO, indicator: '1', finding: null, kind: 'scene', source: 'camera', bytes: new Uint8Array(1000).fill(fill).buffer,
    width: 10, height: 10, position: null, name: '1.jpg',
  })
  const proved = async () => (await photoRows(phone.db, SHIQIAO)).filter(({ state }) => state === 'verified').length

  test('keep nothing waiting that was typed here or there, nor who asks whether it was sent', async () => {
    let go = (): void => undefined
    const slow = new Promise<void>((resolve) => { go = resolve })
    const send = phone.transport.upload
    const sending = vi.spyOn(phone.transport, 'upload').mockImplementation((photo) => slow.then(() => send(photo)))
    for (const n of [1, 2, 3]) await takes(n)
    const page = started()
    await soon(() => sending.mock.calls.length)
    const since = Date.now()
    await says(phone, 'answer/1/verdict', 'met')
    await soon(() => server.log.some(({ target }) => target === 'answer/1/verdict'))
    await says(phone, 'answer/3/verdict', 'met')
    expect(await page.now()).toMatchObject({ outcome: 'done', left: true })
    expect(server.log.at(-1)).toMatchObject({ target: 'answer/3/verdict' })
    partnerSays(server, { id: '0190a000-0000-7000-8000-000000000001', target: 'answer/2/verdict', value: 'met' })
    await vi.waitFor(async () => expect((await readState(phone.db, SHIQIAO)).state.fields).toHaveProperty('answer/2/verdict'), { timeout: 10_000, interval: 50 })
    expect(Date.now() - since).toBeLessThan(10_000)
    expect(sending).toHaveBeenCalledTimes(2)
    go()
    await vi.waitFor(async () => expect(await proved()).toBe(3), { timeout: 4_000, interval: 20 })
  }, 20_000)

  test('that cannot be taken now rest by themselves, and ops go on', async () => {
    server.plant('/api/v1/uploads', { kind: 'answer', response: () => problem(503, 'busy', 'busy', { 'Retry-After': '2' }) })
    await takes(1)
    const at: number[] = []
    const send = phone.transport.upload
    vi.spyOn(phone.transport, 'upload').mockImplementation((photo) => { at.push(Date.now()); return send(photo) })
    started()
    await soon(() => at.length)
    await says(phone, 'answer/1/verdict', 'met')
    await soon(() => server.log.some(({ target }) => target === 'answer/1/verdict'))
    screen.window.dispatchEvent(new Event('online'))
    await vi.waitFor(async () => expect(await proved()).toBe(1), { timeout: 15_000, interval: 20 })
    expect(at[1]! - at[0]!).toBeGreaterThanOrEqual(2_000)
  }, 20_000)
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
