/**
 * Visits that were begun on this phone, outside any campaign: until the server knows of one, nothing of it may travel, or
 * the server would take its steps for a stranger's. Where it does not take the visit, everything stays and a person decides.
 */

import type { Problem, Words } from '../core/problems'
import { clock, timestamp, uuid7 } from './clock'
import { metaValue, setMeta, type InspectionMeta, type Named, type Tables, type UserDb } from './db'
import { offerForeign } from './documents'
import { nudge } from './nudge'
import type { KeptSite } from './sites'

/** `told`: the server has taken it. Kept then as well, for a server that is restored from before. */
export interface Begun {
  site: string
  checklist: string
  at: string
  /** Account ids of those who come along. */
  team: string[]
  told?: boolean
  /** The server does not take it, and why; asked again only when a person wants it. */
  refused?: Problem
  /** The visit was taken without those who were to come along, and why. */
  alone?: Words
}

const KEY = 'begun'
const TITLE = { zh: '临时检查', en: 'Ad-hoc visit' }
const CHINA_MS = 8 * 3600 * 1000

export async function begunVisits(db: Tables): Promise<Record<string, Begun>> {
  return (await metaValue<Record<string, Begun>>(db, KEY)) ?? {}
}

/** Visits whose steps and photos may not travel yet. */
export async function untold(db: Tables): Promise<ReadonlySet<string>> {
  const all = Object.entries(await begunVisits(db))
  return new Set(all.filter(([, one]) => !one.told).map(([id]) => id))
}

/** Begins a visit here and now, with no network. Its checklist must be on the phone. Returns its id. */
export async function begin(
  db: UserDb,
  me: Named,
  site: KeptSite,
  digest: string,
  companions: Named[] = [],
): Promise<string> {
  const id = uuid7()
  const at = timestamp()
  const visit_on = new Date(clock.now() + CHINA_MS).toISOString().slice(0, 10)
  await db.transaction('rw', ['inspections', 'checklists', 'meta'], async (tables) => {
    const content = (await tables.checklists.get(digest))?.content
    if (!content) throw new Error(`checklist ${digest} is not on this phone`)
    const { slug, version, title } = content
    const visit: InspectionMeta = {
      id, site: { id: site.id, name: site.name, region: site.region, address: site.address, lat: site.lat, lon: site.lon },
      checklist: { slug, version, digest, title }, team: [me, ...companions], state: 'assigned', campaign: null,
      campaign_title: TITLE, visit_on, updated_seq: 0, prepared_at: at,
    }
    await tables.inspections.put(visit)
    await put(tables, id, { site: site.id, checklist: digest, at, team: companions.map((one) => one.id) })
  })
  nudge()
  return id
}

/** Somebody comes along: true when the server will hear of it with the visit, false when it knows the visit already. */
export function bringAlong(db: UserDb, id: string, companion: Named): Promise<boolean> {
  return db.transaction('rw', ['inspections', 'meta'], async (tables) => {
    const one = (await begunVisits(tables))[id]
    const visit = await tables.inspections.get(id)
    if (!one || one.told || !visit) return false
    if (!one.team.includes(companion.id)) {
      await put(tables, id, { ...one, team: [...one.team, companion.id] })
      await tables.inspections.update(id, { team: [...visit.team, companion] })
    }
    return true
  })
}

/** The server has it: what waited for that, and what was held only for want of it, may go. */
export function markTold(db: UserDb, id: string, alone?: Words): Promise<void> {
  return db.transaction('rw', ['outbox', 'photos', 'meta'], async (tables) => {
    const one = (await begunVisits(tables))[id]
    if (!one) return
    const { refused: _, ...rest } = one
    await put(tables, id, { ...rest, told: true, ...(alone && { alone }) })
    await offerForeign(tables, id)
  })
}

export function markRefused(db: UserDb, id: string, refused: Problem): Promise<void> {
  return change(db, id, (one) => ({ ...one, refused }))
}

/** A person wants a refused visit to be offered once more. */
export async function offerVisitAgain(db: UserDb, id: string): Promise<void> {
  await change(db, id, ({ refused: _, ...rest }) => rest)
  nudge()
}

/** Within a transaction over meta: the server's history is another one, and may not know of what it knew. */
export async function tellAgain(db: Tables): Promise<void> {
  const all = Object.entries(await begunVisits(db))
  if (all.length) await setMeta(db, KEY, Object.fromEntries(all.map(([id, { told: _, ...rest }]) => [id, rest])))
}

/** Within a transaction over meta: this device was revoked, and whatever was refused is offered once more. */
export async function offerAllVisits(db: Tables): Promise<void> {
  const all = Object.entries(await begunVisits(db))
  if (all.length) await setMeta(db, KEY, Object.fromEntries(all.map(([id, { refused: _, ...rest }]) => [id, rest])))
}

/** Forgets those that the server has and this phone has no more. */
export function forgetGone(db: UserDb): Promise<void> {
  return db.transaction('rw', ['inspections', 'meta'], async (tables) => {
    const all = Object.entries(await begunVisits(tables))
    const known = new Set(await tables.inspections.keys())
    const kept = all.filter(([id, one]) => !one.told || known.has(id))
    if (kept.length < all.length) await setMeta(tables, KEY, kept.length ? Object.fromEntries(kept) : undefined)
  })
}

function change(db: UserDb, id: string, next: (one: Begun) => Begun): Promise<void> {
  return db.transaction('rw', ['meta'], async (tables) => {
    const one = (await begunVisits(tables))[id]
    if (one) await put(tables, id, next(one))
  })
}

async function put(db: Tables, id: string, one: Begun): Promise<void> {
  await setMeta(db, KEY, { ...(await begunVisits(db)), [id]: one })
}
