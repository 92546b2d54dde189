/**
 * What goes beside the log: a centre's orders and moves, and everybody's inbox. Rides on the engine's rounds, loaded after
 * the first screen stands; asks at most once a minute unless something waits or a person wants to know.
 */

import { clock } from '../../store/clock'
import { metaValue, setMeta, type UserDb } from '../../store/db'
import type { User } from '../../store/people'
import { waitingMoves } from '../../store/moves'
import type { LastSync } from '../../store/pending'
import { ApiProblem } from '../http'
import type { Transport } from '../transport'
import { readInbox } from './inbox'
import { exchangeMoves } from './moves'
import { askedBy, isDue } from './pace'
import { keepPictures } from './pictures'
import { refreshSites } from './sites'

/** Throws ApiProblem when the line, the server or the session fails. `check` before each request. */
export async function beside(db: UserDb, user: User, transport: Transport, check: () => Promise<void>): Promise<void> {
  const centre = user.role === 'centre'
  const waits = (await waitingMoves(db).count()) > 0 || ((await metaValue<boolean>(db, 'marks')) ?? false)
  if (!waits && !isDue(user.id, clock.now())) return
  await check()
  if (centre) await exchangeMoves(db, transport, check)
  await readInbox(db, transport).catch(unlessBarred)
  if (user.role === 'inspector' || user.role === 'supervisor') await refreshSites(db, transport).catch(unlessBarred)
  if (centre) {
    await keepPictures(db, transport)
    const { skew_ms = 0 } = (await metaValue<LastSync>(db, 'last_sync')) ?? {}
    await setMeta(db, 'last_sync', { at: clock.now(), skew_ms })
  }
  askedBy(user.id, clock.now())
}

/** What only informs must not hold up anybody's work; the next round asks again. */
function unlessBarred(failure: unknown): void {
  if (!(failure instanceof ApiProblem) || failure.family === 'barred') throw failure
}

export { askAgain } from './pace'
