/**
 * Syncs while a page is open: at once, after each write, when the network or the screen comes back, and by a timer that
 * backs off. Photos go beside these rounds, which never wait for them. What is left when the screen goes dark is handed to the
 * worker, where the browser has Background Sync.
 */

import { localProblem } from '../core/problems'
import { clock } from '../store/clock'
import { openDb } from '../store/db'
import { onNudge } from '../store/nudge'
import { photosOnce, syncOnce, type SyncReport } from './engine'
import { pause } from './pace'
import { httpTransport, type Transport } from './transport'

export type { SyncReport } from './engine'

export const BACKGROUND_TAG = 'mingcha-sync'

/** Taps come in bursts: one request for several. */
const AFTER_WRITE_MS = 300

export interface Syncing {
  /** Sends and fetches ops now, whatever the back-off says; photos follow. A round that is already running may have gathered before what was just
   * written: where it went well one more follows it, and that one's report tells. */
  now(): Promise<SyncReport>
  /** Hears of every finished round; returns how to stop hearing. */
  onReport(listener: (report: SyncReport) => void): () => void
  readonly last: SyncReport | undefined
  stop(): void
}

export function startSync(userId: string, given?: Transport): Syncing {
  const db = openDb(userId)
  const transport = given ?? httpTransport(() => import('./upload'))
  const listeners = new Set<(report: SyncReport) => void>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let running: Promise<SyncReport> | undefined
  let next: Promise<SyncReport> | undefined
  let again = false
  let failures = 0
  /** Unix ms before which the server asked not to be asked. */
  let rest_until = 0
  /** Their own rests: a server that cannot take photos now takes ops. `asked_until`: by the server. */
  const photos = { running: false, failures: 0, rest_until: 0, asked_until: 0 }
  let stopped = false
  let last: SyncReport | undefined

  const plan = (ms: number | null): void => {
    clearTimeout(timer)
    if (!stopped && ms !== null) timer = setTimeout(start, ms)
  }

  const round = async (): Promise<SyncReport> => {
    const [report, thrifty] = await Promise.all([guarded(() => syncOnce(db, transport, { photos: false, beside: last !== undefined })), frugal().catch(() => false)])
    const fine = wentWell(report)
    failures = fine ? 0 : failures + 1
    rest_until = clock.now() + (report.retry_after_s ?? 0) * 1000
    running = undefined
    if (stopped) return report
    last = report
    plan(again && fine ? AFTER_WRITE_MS : pause(report, failures, visible(), Math.random(), thrifty))
    again = false
    if (report.outcome === 'done' && !photos.running && photos.rest_until <= clock.now()) void sendPhotos()
    if (report.left && !fine) handOver()
    tell(report)
    return report
  }

  /** All that wait, once; every round that went well begins it again. */
  const sendPhotos = async (): Promise<void> => {
    photos.running = true
    const report = await guarded(() => photosOnce(db, transport))
    photos.running = false
    if (stopped) return
    photos.failures = wentWell(report) ? 0 : photos.failures + 1
    photos.asked_until = clock.now() + (report.retry_after_s ?? 0) * 1000
    photos.rest_until = photos.failures ? clock.now() + (pause(report, photos.failures, visible(), Math.random()) ?? 0) : 0
    if (photos.failures && report.left) handOver()
    // What a proved photo changed at the server, or that nobody is signed in any more, is for a round to hear of.
    if (report.photos || report.outcome === 'barred' || report.outcome === 'stopped') soon()
  }

  const tell = (report: SyncReport): void => {
    for (const listener of listeners) {
      try {
        listener(report)
      } catch (fault) {
        globalThis.reportError?.(fault) // its own affair: the rounds go on
      }
    }
  }

  const start = (): Promise<SyncReport> => {
    clearTimeout(timer)
    return (running ??= round())
  }
  const now = (): Promise<SyncReport> => {
    photos.rest_until = 0
    if (!running) return start()
    return (next ??= running.then((report) => {
      next = undefined
      return stopped || !wentWell(report) ? report : start()
    }))
  }

  const soon = (): void => {
    if (running) again = true
    else if (failures === 0 || navigator.onLine) plan(Math.max(failures ? 1_000 : AFTER_WRITE_MS, rest_until - clock.now()))
  }
  const seen = (): void => {
    if (visible()) back()
    else void counted().then((left) => left && handOver(), () => undefined)
  }
  const counted = async (): Promise<boolean> => (await db.outbox.count()) + (await db.moves.count()) > 0 || (last?.left ?? false)
  /** At once, unless the server asked for time: it is not asked sooner because a line or a person came back. */
  const back = (): void => {
    photos.rest_until = photos.asked_until
    if (rest_until > clock.now()) plan(rest_until - clock.now())
    else void start()
  }

  const deaf = onNudge(soon)
  window.addEventListener('online', back)
  window.addEventListener('pageshow', seen)
  document.addEventListener('visibilitychange', seen)
  void start()

  return {
    now,
    onReport(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    get last() {
      return last
    },
    stop() {
      stopped = true
      clearTimeout(timer)
      deaf()
      listeners.clear()
      window.removeEventListener('online', back)
      window.removeEventListener('pageshow', seen)
      document.removeEventListener('visibilitychange', seen)
    },
  }
}

async function guarded(act: () => Promise<SyncReport>): Promise<SyncReport> {
  try {
    return await act()
  } catch (failure) {
    // The database was closed under it: the next round tries again.
    const problem = localProblem('phone.unexpected', { why: String(failure) })
    return { outcome: 'busy', sent: 0, held: 0, received: 0, photos: 0, left: true, problem }
  }
}

const wentWell = ({ outcome }: SyncReport): boolean => outcome === 'done' || outcome === 'elsewhere'

const visible = (): boolean => document.visibilityState === 'visible'

interface Thrifty {
  connection?: { saveData?: boolean }
  getBattery?: () => Promise<{ level: number; charging: boolean }>
}

/** Whether the person saves data or the battery is running out. Where the browser does not say: no. */
async function frugal(): Promise<boolean> {
  const phone = navigator as unknown as Thrifty
  if (phone.connection?.saveData) return true
  const battery = await phone.getBattery?.().catch(() => undefined)
  return battery !== undefined && !battery.charging && battery.level <= 0.2
}

/** Asks the browser to wake the worker when there is a network. Not every browser can; then the timer and the next visit do. */
function handOver(): void {
  if (!('serviceWorker' in navigator)) return
  void navigator.serviceWorker.ready
    .then((ready) => (ready as unknown as { sync?: { register(tag: string): Promise<void> } }).sync?.register(BACKGROUND_TAG))
    .catch(() => undefined)
}
