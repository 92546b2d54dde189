/**
 * The one engine that page and worker run. A round: send waiting ops and take in the log until both are even, fetch missing
 * checklists, then send photos, small first (a page sends those beside its rounds). It decides nothing about values and never
 * throws away what was not acknowledged.
 */

import { LOCAL, type Problem } from '../core/problems'
import { begunVisits, forgetGone, untold } from '../store/begun'
import { clock, timestamp } from '../store/clock'
import { metaValue, setMeta, type UserDb } from '../store/db'
import { deviceName } from '../store/documents'
import { feedbackWaits } from '../store/feedback'
import { waitingMoves } from '../store/moves'
import { isBarred, type Trouble } from '../store/pending'
import { currentUser, type User } from '../store/shared'
import { startAfresh } from './afresh'
import { fetchChecklists } from './checklists'
import type { Untold } from './carry/begun'
import { exchange, gather, isSendable, type Exchanged } from './exchange'
import { ApiProblem } from './http'
import { tidy } from './leaving'
import { alone, BUSY_ELSEWHERE } from './locks'
import { sendPhotos } from './photos'
import { isRevoked, letGo } from './rescue'
import { MOST_CHANGES, MOST_OPS, PROTOCOL } from './protocol'
import type { Transport } from './transport'

/** `elsewhere`: another tab or the worker is at it; `stopped`: somebody else is signed in, nothing was sent; `revoked`: all was handed in and let go of. */
export type Outcome = 'done' | 'offline' | 'busy' | 'barred' | 'refused' | 'elsewhere' | 'stopped' | 'revoked'

export interface SyncReport {
  outcome: Outcome
  sent: number
  held: number
  received: number
  /** Proved by the server in this round. */
  photos: number
  /** Ops or photos still wait to be sent. */
  left: boolean
  problem?: Problem
  retry_after_s?: number
}

export interface SyncOptions {
  /** false: ops only; `photosOnce` sends the rest. */
  photos?: boolean
  /** false: without orders and inbox, which nobody waits for at the first screen of an inspector. */
  beside?: boolean
  /** How long to wait for another tab's exchange. */
  wait_ms?: number
}

const LOCK_WAIT_MS = 10_000
const MOST_EXCHANGES = 5_000
/** On a line so thin that two exchanges came to nothing in time, each further one is half as large, down to these. */
const FEWEST_OPS = 5
const FEWEST_CHANGES = 20
const LATEST = 8
/** An exchange that took no longer may be twice as large the next time. */
const QUICK_MS = 8_000

/** One round. Never throws for the network's or the server's sake: the report says how it went. */
export async function syncOnce(db: UserDb, transport: Transport, options: SyncOptions = {}): Promise<SyncReport> {
  const report: SyncReport = { outcome: 'done', sent: 0, held: 0, received: 0, photos: 0, left: false }
  try {
    const user = await check(db)
    const still = async (): Promise<void> => void (await check(db))
    const round: Round = { untold: undefined }
    if (isInField(user)) {
      if (await metaValue(db, 'joining')) await askToJoin(db, transport).catch(unlessBarred)
      await sendAndReceive(db, transport, report, round, options.wait_ms ?? LOCK_WAIT_MS)
    }
    const revoked = report.outcome === 'done' && (isInField(user) ? await isRevoked(db) : await askBeside(db, user, transport, still))
    if (revoked) {
      report.photos = await sendPhotos(db, transport, still)
      if (await metaValue(db, 'carrying')) await (await import('./carry/bring')).bring(db, transport, still)
      if (await feedbackWaits(db)) await (await import('./feedback')).sendFeedback(db)
      report.outcome = (await letGo(db, transport)) ? 'revoked' : 'busy'
    } else if (report.outcome === 'done') {
      if (isInField(user)) await fetchChecklists(db, transport)
      if (options.beside !== false && isInField(user)) await (await import('./beside')).beside(db, user, transport, still)
      if (options.photos !== false) report.photos = await sendLarge(db, user, transport, still)
      if (await feedbackWaits(db)) await (await import('./feedback')).sendFeedback(db)
      await tidy(db)
      if (await metaValue(db, 'begun')) await forgetGone(db)
      if (round.untold) await later(db, round.untold)
    }
  } catch (failure) {
    await note(db, report, failure)
  }
  if (report.outcome === 'revoked') return report
  report.left = await isLeft(db)
  await remember(db, report, options.photos === false ? 'ops' : 'all')
  return report
}

/**
 * The other half of a round without photos, for a page: there ops go and come while photos are on their way. Never throws for
 * the network's or the server's sake either.
 */
export async function photosOnce(db: UserDb, transport: Transport): Promise<SyncReport> {
  const report: SyncReport = { outcome: 'done', sent: 0, held: 0, received: 0, photos: 0, left: false }
  try {
    const user = await check(db)
    // A revoked device hands its photos in with everything else.
    if (!(await isRevoked(db))) report.photos = await sendLarge(db, user, transport, async () => void (await check(db)))
  } catch (failure) {
    await note(db, report, failure)
  }
  report.left = await isLeft(db)
  await remember(db, report, 'photos')
  return report
}

/** What is large, and what is carried for others. How many photos were verified. */
async function sendLarge(db: UserDb, user: User, transport: Transport, still: () => Promise<void>): Promise<number> {
  const verified = await sendPhotos(db, transport, still)
  if (isInField(user)) await carry(db, transport)
  // What a proved photo changes at the server is worth seeing at once.
  else if (verified) (await import('./beside')).askAgain()
  return verified
}

/** Who takes part in the log of visits. The others have orders, an inbox, or nothing to sync. */
const isInField = ({ role }: User): boolean => role === 'inspector' || role === 'supervisor'

/** Orders and inbox. True where the device was revoked, which nothing but the exchange tells: then its moves are handed in. */
async function askBeside(db: UserDb, user: User, transport: Transport, still: () => Promise<void>): Promise<boolean> {
  const hear = async () => (await import('./carry/moves')).lastHearing(db, transport, still)
  if (await isRevoked(db)) return hear()
  try {
    await (await import('./beside')).beside(db, user, transport, still)
    return false
  } catch (failure) {
    if (!(failure instanceof ApiProblem) || failure.family !== 'barred') throw failure
    if (await hear().catch((other: unknown) => { if (!(other instanceof ApiProblem) || other.family !== 'barred') throw other })) return true
    throw failure
  }
}

/**
 * A refusal stays in sight until an exchange went well, whoever made it, page or worker; so does how long it has failed. That
 * photos fail is not forgotten because ops get through.
 */
async function remember(db: UserDb, { outcome, problem, left }: SyncReport, what: 'all' | 'ops' | 'photos'): Promise<void> {
  if (outcome === 'refused') await setMeta(db, 'refused', problem)
  else if (outcome === 'done' && what !== 'photos') await setMeta(db, 'refused', undefined)
  if (outcome === 'done') {
    const before = await metaValue<Trouble>(db, 'trouble')
    const same = what === 'all' || (what === 'photos') === (before?.photos ?? false)
    if (before && (same || (what === 'ops' && !left))) await setMeta(db, 'trouble', undefined)
  } else if (outcome === 'busy' || outcome === 'offline') {
    const before = await metaValue<Trouble>(db, 'trouble')
    const incident = outcome === 'busy' ? (problem?.details['incident'] ?? problem?.code) : undefined
    const named = incident === undefined ? before?.incident : String(incident)
    const photos = before?.photos ?? what === 'photos'
    const now = { since: before?.since ?? clock.now(), ...(named !== undefined && { incident: named }), ...(photos && { photos }) }
    if (!before || before.incident !== named) await setMeta(db, 'trouble', now)
  }
}

/** A device that was revoked is barred from everything but the exchange, which tells it so. */
function unlessBarred(failure: unknown): void {
  if (!(failure instanceof ApiProblem) || failure.family !== 'barred') throw failure
}

async function askToJoin(db: UserDb, transport: Transport): Promise<void> {
  await check(db)
  await (await import('./carry/joining')).askToJoin(db, transport)
}

/** What few phones ever have to do: bring what they carry for others, and fetch their seal once. */
async function carry(db: UserDb, transport: Transport): Promise<void> {
  if (await metaValue(db, 'carrying')) await (await import('./carry/bring')).bring(db, transport, async () => void (await check(db)))
  if (!(await metaValue(db, 'seal'))) await (await import('./carry/seals')).fetchKey(db, transport)
}

/** What one round has learned. */
interface Round {
  /** The visit begun here of which the server could not be told; it is not asked again in this round. */
  untold: Untold | undefined
}

/** Everything else went through: a server that could not take the visit is asked later; one that bars only this has refused it. */
async function later(db: UserDb, { id, problem }: Untold): Promise<void> {
  if (problem.family !== 'barred') throw problem
  await (await import('./carry/begun')).refuse(db, id, problem)
}

async function sendAndReceive(db: UserDb, transport: Transport, report: SyncReport, round: Round, wait_ms: number): Promise<void> {
  let afresh = false
  for (let turn = 0; turn < MOST_EXCHANGES; turn++) {
    try {
      const done = await alone(`mingcha-sync-${db.userId}`, wait_ms, () => step(db, transport, round))
      if (done === BUSY_ELSEWHERE) {
        report.outcome = 'elsewhere'
        return
      }
      report.sent += done.sent
      report.held += done.held
      report.received += done.received
      if (!done.more) return
      if (!done.progress) throw new ApiProblem('phone.server_busy', { why: 'no progress' })
    } catch (failure) {
      if (!(failure instanceof ApiProblem) || failure.family !== 'stale' || afresh) throw failure
      afresh = true
      await db.transaction('rw', ['ops', 'outbox', 'photos', 'bytes', 'meta'], (tables) => startAfresh(tables))
    }
  }
}

/** One exchange, as large as the server takes and the line carries. A batch that it refuses is halved until the one op is found that it cannot take. */
async function step(db: UserDb, transport: Transport, round: Round): Promise<Exchanged> {
  const late = (await metaValue<number>(db, 'late')) ?? 0
  const part = late < 2 ? 1 : 2 ** (late - 1)
  const batch = (await metaValue<number>(db, 'batch')) ?? MOST_OPS
  const limit = Math.min(batch, Math.max(FEWEST_OPS, Math.floor(MOST_OPS / part)))
  const began = clock.now()
  await check(db)
  if (await metaValue(db, 'begun')) {
    if (!(await isRevoked(db))) round.untold ??= await (await import('./carry/begun')).tellBegun(db, transport)
    // Last of all, so that a server that chokes on a visit has everything else.
    else if (!(await isSendable(db))) await (await import('./carry/announce')).handInVisits(db, transport)
  }
  try {
    const done = await exchange(db, transport, limit, part > 1 ? Math.max(FEWEST_CHANGES, Math.floor(MOST_CHANGES / part)) : undefined)
    if (late && clock.now() - began < QUICK_MS) await setMeta(db, 'late', late > 1 ? late - 1 : undefined)
    if (batch < MOST_OPS) await setMeta(db, 'batch', Math.min(MOST_OPS, batch * 2))
    return done
  } catch (failure) {
    if (failure instanceof ApiProblem && failure.code === 'phone.timeout') await setMeta(db, 'late', Math.min(late + 1, LATEST))
    if (!(failure instanceof ApiProblem) || failure.family !== 'refused') throw failure
    const { ops } = await gather(db, limit)
    if (ops.length === 0) throw failure
    if (ops.length > 1) {
      await setMeta(db, 'batch', Math.floor(ops.length / 2))
      return { sent: 0, held: 0, received: 0, more: true, progress: true }
    }
    return holdIfItsFault(db, transport, ops[0]!.id, failure)
  }
}

/** One op alone was refused. If an empty exchange works, the fault is the op's: it waits for a person, the others go on. */
async function holdIfItsFault(db: UserDb, transport: Transport, id: string, failure: ApiProblem): Promise<Exchanged> {
  const cursor = (await metaValue<string>(db, 'cursor')) ?? null
  await transport.sync({ device: await deviceName(db), protocol: PROTOCOL, cursor, ops: [], now: timestamp() }, db.userId)
  await db.outbox.update(id, { state: 'held', code: failure.code === 'http.413' ? 'phone.op_too_large' : failure.code })
  return { sent: 0, held: 1, received: 0, more: await isSendable(db), progress: true }
}

/** Before anything is sent: the person whose work this is must be the one who is signed in, and not barred. */
async function check(db: UserDb): Promise<User> {
  if (await isBarred(db)) throw new ApiProblem('phone.signed_out')
  const user = await currentUser()
  if (user?.id !== db.userId) throw new Stopped()
  return user
}

class Stopped extends Error {}

async function note(db: UserDb, report: SyncReport, failure: unknown): Promise<void> {
  if (failure instanceof Stopped) {
    report.outcome = 'stopped'
    return
  }
  const problem = failure instanceof ApiProblem ? failure : new ApiProblem('phone.unexpected', { why: String(failure) })
  const { code, family, details, words } = problem
  report.problem = { code, family, details, message: words }
  if (problem.retry_after_s !== undefined) report.retry_after_s = problem.retry_after_s
  if (family === 'barred') await setMeta(db, 'barred', true)
  report.outcome = family === 'barred' ? 'barred' : family !== 'busy' ? 'refused' : isLine(code) ? 'offline' : 'busy'
}

const isLine = (code: string): boolean => code in LOCAL && (code === 'phone.offline' || code === 'phone.timeout')

async function isLeft(db: UserDb): Promise<boolean> {
  if ((await isSendable(db)) || (await waitingMoves(db).count())) return true
  const apart = await untold(db)
  if (apart.size && Object.values(await begunVisits(db)).some((one) => !one.told && !one.refused)) return true
  return (await db.photos.where('state', ['local', 'uploaded']).filter((photo) => photo.mine && !photo.code && !apart.has(photo.inspection)).count()) > 0
}
