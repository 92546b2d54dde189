/** The words of `POST /api/v1/sync`, and a check that an answer is made of them. Described in README.md. */

import type { Json } from '../core/canonical'
import type { Op } from '../core/oplog'
import type { InspectionMeta } from '../store/db'
import { ApiProblem } from './http'

export const PROTOCOL = 1
export const MOST_OPS = 200
export const MOST_CHANGES = 1000
export const MOST_BYTES = 512 * 1024

export interface SyncRequest {
  device: string
  protocol: number
  cursor: string | null
  ops: Op[]
  /** This phone's clock: for measuring its skew, nothing else. */
  now: string
  /** Changes in a page, where a whole one does not come through in time. */
  most?: number
}

export interface OpResult {
  id: string
  outcome: 'applied' | 'merged' | 'conflict' | 'duplicate' | 'held'
  code?: string
}

export type Change =
  | { kind: 'inspection'; inspection: InspectionMeta }
  | { kind: 'op'; op: Op & { received_at?: string } }
  | { kind: 'photo'; id: string; inspection: string; state: string; sha256?: string }

export interface SyncReply {
  results: OpResult[]
  changes: Change[]
  gone: string[]
  cursor: string | null
  more: boolean
  epoch: string
  server_time: string
  /** This device was revoked: what it holds is handed in, then it lets go of everything. */
  revoked?: boolean
}

/** Throws `phone.offline` for JSON that is not a reply: somebody else answered. Unknown kinds of change are left out. */
export function readReply(body: unknown): SyncReply {
  const reply = body as Partial<SyncReply> | null
  if (!reply || !Array.isArray(reply.results) || !Array.isArray(reply.changes) || typeof reply.epoch !== 'string') {
    throw new ApiProblem('phone.offline', { why: 'not a sync reply' })
  }
  return {
    results: reply.results,
    changes: reply.changes.filter((change) => ['inspection', 'op', 'photo'].includes(change?.kind)),
    gone: Array.isArray(reply.gone) ? reply.gone : [],
    cursor: reply.cursor ?? null,
    more: reply.more === true,
    epoch: reply.epoch,
    server_time: String(reply.server_time ?? ''),
    ...(reply.revoked === true && { revoked: true }),
  }
}

/** As many ops from the front as the limits allow, at least one. */
export function batchOf(ops: Op[], most_ops: number, most_bytes: number = MOST_BYTES): Op[] {
  const utf8 = new TextEncoder()
  let bytes = 1024
  let taken = 0
  for (const op of ops.slice(0, most_ops)) {
    bytes += utf8.encode(JSON.stringify(op as unknown as Json)).length + 1
    if (taken && bytes > most_bytes) break
    taken++
  }
  return ops.slice(0, taken)
}
