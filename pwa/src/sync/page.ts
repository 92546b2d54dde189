/** Syncs while a page is open. */
import type { SyncReport } from './engine'

export interface Syncing {
  /** Syncs now, whatever the back-off says; shares a round that is already running. */
  now(): Promise<SyncReport>
  stop(): void
}

export declare function startSync(userId: string): Syncing
