/** What a person always sees: what is only on this phone, what is on its way, what needs them. */

import type { Op } from '../core/oplog'
import type { Problem } from '../core/problems'
import { begunVisits } from './begun'
import { metaValue, type Tables, type UserDb } from './db'
import { opOf } from './documents'
import { refusedMoves, waitingMoves } from './moves'
import { nudge } from './nudge'
import { beginning } from './tables'

export interface Counts {
  ops_waiting: number
  photos_waiting: number
  held: number
}

export interface LastSync {
  /** Unix ms of the last exchange that the server answered. */
  at: number
  /** How far this phone's clock is ahead of the server's, in ms. */
  skew_ms: number
}

export function counts(db: UserDb): Promise<Counts> {
  return db.transaction('r', ['outbox', 'moves', 'photos'], async (tables) => {
    const [all, held, moves, refused, photos] = await Promise.all([
      tables.outbox.count(),
      heldIn(tables).count(),
      waitingMoves(tables).count(),
      refusedMoves(tables).count(),
      tables.photos.where('state', ['local', 'uploaded']).filter((photo) => photo.mine).count(),
    ])
    return { ops_waiting: all - held + moves, photos_waiting: photos, held: held + refused }
  })
}

/** Own ops that the server holds for a person, each with its problem's code. */
export function heldRows(db: UserDb): Promise<{ op: Op; code: string }[]> {
  return db.transaction('r', ['outbox', 'ops'], async (tables) => {
    const rows = await heldIn(tables).toArray()
    const ops = await tables.ops.bulkGet(rows.map((row) => row.id))
    return rows.flatMap((row, i) => (ops[i] ? [{ op: opOf(ops[i]), code: row.code ?? 'held' }] : []))
  })
}

/** Since when every round has failed (Unix ms), and the number by which whoever runs the server finds the fault. */
export interface Trouble {
  since: number
  incident?: string
  /** Of photos alone: ops get through. */
  photos?: boolean
}

/** Undefined while all is well. */
export function trouble(db: UserDb): Promise<Trouble | undefined> {
  return metaValue<Trouble>(db, 'trouble')
}

/** Undefined until the first exchange. */
export function lastSync(db: UserDb): Promise<LastSync | undefined> {
  return metaValue<LastSync>(db, 'last_sync')
}

/** True after the server asked to sign in again: everything is kept, nothing is sent. */
export async function isBarred(db: Tables): Promise<boolean> {
  return (await metaValue<boolean>(db, 'barred')) ?? false
}

/** What waits for a person before this phone can go on. */
export interface Needs {
  /** Sign in again. */
  barred: boolean
  /** The whole exchange was refused, and why. */
  refused: Problem | undefined
  /** Things to do in all: steps held, photos not taken as they are; being barred or refused is one, whatever waits behind it. */
  asks: number
}

export function needs(db: UserDb): Promise<Needs> {
  return db.transaction('r', ['meta', 'outbox', 'moves', 'photos'], async (tables) => {
    const [barred, refused, held, moves, photos, begun] = await Promise.all([
      isBarred(tables),
      metaValue<Problem>(tables, 'refused'),
      heldIn(tables).count(),
      refusedMoves(tables).count(),
      tables.photos.where('state', ['local', 'uploaded']).filter((photo) => photo.mine && photo.code !== undefined).count(),
      begunVisits(tables),
    ])
    const visits = Object.values(begun).filter((one) => one.refused).length
    return { barred, refused, asks: held + moves + photos + visits + Number(barred) + Number(refused !== undefined) }
  })
}

/** A person wants a held op or a refused photo to be offered again. */
export async function offerAgain(db: UserDb, id: string): Promise<void> {
  await db.transaction('rw', ['outbox', 'photos'], async (tables) => {
    await tables.outbox.where({ id }).modify((row) => {
      row.state = 'waiting'
      delete row.code
    })
    await tables.photos.where({ id }).modify((row) => {
      delete row.code
      delete row.not_before
    })
  })
  nudge()
}

const heldIn = (tables: Tables) => tables.outbox.where('[state+seq]', beginning('held'))
