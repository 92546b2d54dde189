/**
 * Tells the server of visits that were begun here, before anything of them travels. Repeating it is harmless: the id is the
 * phone's. What the server does not take stays here with its reason, and holds up nothing else.
 */

import type { Words } from '../../core/problems'
import { begunVisits, markRefused, markTold, type Begun } from '../../store/begun'
import type { UserDb } from '../../store/db'
import { ApiProblem } from '../../store/failures'
import type { Transport } from '../transport'

/** A visit of which the server could not be told now: the line, the server's load, or the session. */
export interface Untold {
  id: string
  problem: ApiProblem
}

/** Undefined when the server knows, or has refused, every visit. */
export async function tellBegun(db: UserDb, transport: Transport): Promise<Untold | undefined> {
  for (const [id, visit] of Object.entries(await begunVisits(db))) {
    if (visit.told || visit.refused) continue
    try {
      await markTold(db, id, await tell(db, transport, id, visit))
    } catch (failure) {
      if (!(failure instanceof ApiProblem)) throw failure
      if (failure.family !== 'refused' && failure.family !== 'contested') return { id, problem: failure }
      await refuse(db, id, failure)
    }
  }
  return undefined
}

export function refuse(db: UserDb, id: string, { code, family, words, details }: ApiProblem): Promise<void> {
  return markRefused(db, id, { code, family, message: words, details })
}

/** Why those who were to come along did not, where the visit was taken without them. */
async function tell(db: UserDb, transport: Transport, id: string, visit: Begun): Promise<Words | undefined> {
  const ask = (team: string[]) => transport.ask('/visits', {
    method: 'POST', headers: { 'X-Mingcha-User': db.userId },
    body: { id, site: visit.site, checklist: visit.checklist, begun_at: visit.at, team },
  })
  try {
    await ask(visit.team)
    return undefined
  } catch (failure) {
    if (!visit.team.length || !(failure instanceof ApiProblem) || (failure.family !== 'refused' && failure.family !== 'contested')) throw failure
    // A companion who must not go there, or is gone, must not keep the visit of the one who stands there from being taken.
    await ask([])
    return failure.words
  }
}
