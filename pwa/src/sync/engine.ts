/** See the report types; the engine itself follows below. */

import type { UserDb } from '../store/db'
import type { Problem } from '../core/problems'

/** `elsewhere`: another tab or the worker is at it; `stopped`: another user has signed in. */
export type Outcome = 'done' | 'offline' | 'busy' | 'barred' | 'refused' | 'elsewhere' | 'stopped'

export interface SyncReport {
  outcome: Outcome
  sent: number
  held: number
  received: number
  photos: number
  /** Something is still waiting to be sent. */
  left: boolean
  problem?: Problem
  retry_after_s?: number
}

export interface Transport {
  readonly name: string
}

export declare function syncOnce(db: UserDb, transport: Transport): Promise<SyncReport>
