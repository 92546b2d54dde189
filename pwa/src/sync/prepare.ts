import type { UserDb } from '../store/db'

/** What is stored on this phone for one visit. Offline work is safe when `ready`. */
export interface Proof {
  ready: boolean
  /** The checklist's content is here and its hash is right. */
  checklist: boolean
  /** The app itself opens without network. */
  shell: boolean
  /** The browser promised not to clear storage by itself. */
  persisted: boolean
  /** Stored for this visit. */
  bytes: number
  /** Room left for photos; null where the browser does not say. */
  free_bytes: number | null
  at: string
}

export declare function prepare(db: UserDb, inspectionId: string): Promise<Proof>
