/**
 * What the server keeps aside for a person: its words for each step, and what was decided. A held step leaves this phone's
 * outbox only when the server names it as settled: then it is in the log, or readable there for ever.
 */

import type { Words } from '../../core/problems'
import type { UserDb } from '../../store/db'
import { api } from '../api'

interface Row {
  id: string
  op_id: string | null
  message?: Words
  may?: string[]
  settled?: { how: string; op_id: string | null } | null
}

/** What a person may know and do about one held step. */
export interface HeldThere {
  id: string
  message: Words | undefined
  mayDismiss: boolean
}

/** Something that waits for a supervisor: an op, a centre's move, or a visit that was begun and never told of. */
export interface HeldHere {
  id: string
  author: string | null
  sender: string
  received_at: string
  site: Words | null
  message: Words
  details: { item?: string }
  op: unknown
  may: string[]
}

/** What this person may let in after all, oldest first. Throws ApiProblem where the server cannot be asked. */
export async function heldForMe(): Promise<HeldHere[]> {
  const { held } = await api<{ held: HeldHere[] }>('/held')
  return held.filter(({ may }) => may.includes('held.take_in'))
}

/** Into the log, under its author's name. Throws ApiProblem with the reason where it cannot be. */
export const letIn = (id: string): Promise<unknown> => api(`/held/${id}/taking-in`, { method: 'POST', body: {} })

/** By op id. Throws ApiProblem where the server cannot be asked. */
export async function heldThere(): Promise<Map<string, HeldThere>> {
  const { held } = await api<{ held: Row[] }>('/held')
  return new Map(held.flatMap(({ id, op_id, message, may }) => (
    op_id ? [[op_id, { id, message, mayDismiss: may?.includes('held.set_aside') ?? false }] as const] : []
  )))
}

/** Sets one's own step aside, with a reason. Nothing is deleted: the server keeps it where it can be read. */
export async function dismiss(db: UserDb, held: string, reason: string): Promise<void> {
  await api(`/held/${held}/setting-aside`, { method: 'POST', body: { reason } })
  await letGo(db)
}

/** Lets go of own held steps that somebody has settled; how many. */
export async function letGo(db: UserDb): Promise<number> {
  const { held } = await api<{ held: Row[] }>('/held?settled=1')
  const decided = held.filter(({ settled }) => settled && ['taken_in', 'set_aside', 'sent_again'].includes(settled.how))
  return db.transaction('rw', ['outbox', 'ops'], async (tables) => {
    let gone = 0
    for (const { op_id, settled } of decided) {
      const own = op_id ? await tables.outbox.get(op_id) : undefined
      if (!own || own.state !== 'held') continue
      await tables.outbox.delete(own.id)
      // In the log under its own id it comes back by the next pull, or stands here already; else its content is elsewhere now.
      if (settled!.how === 'set_aside' || settled!.op_id !== own.id) await tables.ops.delete(own.id)
      gone++
    }
    return gone
  })
}
