/**
 * Visits begun here of which no server has heard, in words that somebody else can bring: a carrier, in the rescue file, or
 * this phone itself once it was revoked. The twin of `server/mingcha/core/announced.py`.
 */

import { canonical, type Json } from '../../core/canonical'
import { begunVisits, markTold } from '../../store/begun'
import { timestamp } from '../../store/clock'
import { metaValue, type UserDb } from '../../store/db'
import { deviceName } from '../../store/documents'
import { ApiProblem } from '../../store/failures'
import { PROTOCOL } from '../protocol'
import type { Transport } from '../transport'

export interface Announced {
  id: string
  site: string
  /** The checklist's digest. */
  checklist: string
  begun_at: string
  team: string[]
  author: string
  device: string
}

/** Those that no server has taken, the refused ones too: whoever brings them may find the hindrance gone. */
export async function announced(db: UserDb): Promise<Announced[]> {
  const device = await deviceName(db)
  return Object.entries(await begunVisits(db)).filter(([, one]) => !one.told).map(([id, { site, checklist, at, team }]) => (
    { id, site, checklist, begun_at: at, team, author: db.userId, device }
  ))
}

export const textOfVisit = (visit: Announced): string => `mingcha visit 1\n${canonical(visit as unknown as Json)}`

/**
 * A revoked phone may ask for nothing but the exchange, so its visits go there, each by itself. Made or held: the server has
 * the announcement, and what was written in the visit may follow. Throws ApiProblem; then nothing of the visit has gone.
 */
export async function handInVisits(db: UserDb, transport: Transport): Promise<void> {
  for (const visit of await announced(db)) {
    const cursor = (await metaValue<string>(db, 'cursor')) ?? null
    const ops = [{ visit }] as never
    const { results } = await transport.sync({ device: visit.device, protocol: PROTOCOL, cursor, ops, now: timestamp() }, db.userId)
    if (results[0]?.id !== visit.id) throw new ApiProblem('phone.offline', { why: 'not an answer to a visit' })
    await markTold(db, visit.id)
  }
}
