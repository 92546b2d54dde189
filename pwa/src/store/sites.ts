/** The sites and regions that this person may see, kept on the phone to be read without a network, and how old that is. */

import type { Words } from '../core/problems'
import { clock } from './clock'
import { metaValue, setMeta, type UserDb } from './db'

export interface KeptSite {
  id: string
  region: string
  name: Words
  address: string
  lat: string | null
  lon: string | null
  code: string | null
  windows: number | null
  /** Who answers for it. */
  person: string
  hours: string
  active: boolean
}

export interface KeptSites {
  sites: KeptSite[]
  /** Names by region code. */
  regions: Record<string, Words>
  /** Unix ms of when the server said so; undefined when it never did. */
  at: number | undefined
}

/** By region, then by name. */
export async function keptSites(db: UserDb): Promise<KeptSites> {
  return db.transaction('r', ['sites', 'meta'], async (tables) => {
    const [sites, regions, at] = await Promise.all([
      tables.sites.toArray(), metaValue<Record<string, Words>>(tables, 'regions'), metaValue<number>(tables, 'sites_at'),
    ])
    const key = (site: KeptSite) => `${site.region} ${site.name.zh}`
    return { sites: sites.sort((a, b) => (key(a) < key(b) ? -1 : 1)), regions: regions ?? {}, at }
  })
}

export async function sitesAge(db: UserDb): Promise<number | undefined> {
  return metaValue<number>(db, 'sites_at')
}

/** What the server says now takes the place of all that was kept. */
export function keepSites(db: UserDb, sites: KeptSite[], regions: Record<string, Words>): Promise<void> {
  return db.transaction('rw', ['sites', 'meta'], async (tables) => {
    const now = new Set(sites.map((site) => site.id))
    await tables.sites.bulkDelete((await tables.sites.keys()).filter((id) => !now.has(id)))
    await tables.sites.bulkPut(sites)
    await setMeta(tables, 'regions', regions)
    await setMeta(tables, 'sites_at', clock.now())
  })
}

/** "石桥镇" for a site there; a village names its town as well. Codes without a name are left out. */
export function placeOf(region: string, regions: Record<string, Words>): Words | null {
  const names = [9, 12].filter((digits) => region.length >= digits).flatMap((digits) => regions[region.slice(0, digits)] ?? [])
  return names.length ? { zh: names.map((name) => name.zh).join(''), en: names.map((name) => name.en).reverse().join(', ') } : null
}

/** Sites whose name, code, address, place or person holds all the words; every site where there are none. */
export function findSites(kept: Pick<KeptSites, 'sites' | 'regions'>, words: string): KeptSite[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean)
  if (!wanted.length) return kept.sites
  return kept.sites.filter((site) => {
    const place = placeOf(site.region, kept.regions)
    const text = [site.name.zh, site.name.en, site.code, site.address, site.person, site.region, place?.zh, place?.en].join(' ').toLowerCase()
    return wanted.every((word) => text.includes(word))
  })
}
