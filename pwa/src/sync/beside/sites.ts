/** The sites and regions of one's area, fetched anew when what is kept is old. */

import type { Words } from '../../core/problems'
import { clock } from '../../store/clock'
import type { UserDb } from '../../store/db'
import { keepSites, sitesAge, type KeptSite } from '../../store/sites'
import { ApiProblem } from '../http'
import type { Transport } from '../transport'

/** A county's halls change a few times a year; who opens the list is shown the newest anyway. */
const EVERY_MS = 6 * 3600 * 1000

export async function refreshSites(db: UserDb, transport: Pick<Transport, 'ask'>, every_ms = EVERY_MS): Promise<void> {
  const at = await sitesAge(db)
  if (at !== undefined && clock.now() - at < every_ms && clock.now() >= at) return
  const reply = (await transport.ask('/sites')) as { sites?: KeptSite[]; regions?: Record<string, Words> } | undefined
  if (!Array.isArray(reply?.sites) || typeof reply.regions !== 'object') throw new ApiProblem('phone.offline', { why: 'not a list of sites' })
  await keepSites(db, reply.sites, reply.regions)
}
