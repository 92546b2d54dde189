/** What earlier approved visits to a place found, kept for the visit that it was fetched for, and no longer than that. */
import { metaValue, setMeta, type UserDb } from './db'

export interface EarlierRow {
  state: string
  taken: string
  findings: { text: { zh: string; en: string } | null; count: number; note: string }[]
  note: string
}

export interface EarlierVisit {
  inspection: string
  visit_on: string
  rows: Record<string, EarlierRow>
}

const KEY = 'history/'

/** Newest first; undefined when it was never fetched. */
export function historyOf(db: UserDb, inspection: string): Promise<EarlierVisit[] | undefined> {
  return metaValue<EarlierVisit[]>(db, KEY + inspection)
}

/** Keeps it, and drops what was kept for visits that have left this phone. */
export function keepHistory(db: UserDb, inspection: string, visits: EarlierVisit[]): Promise<void> {
  return db.transaction('rw', ['meta', 'inspections'], async (tables) => {
    const known = new Set(await tables.inspections.keys())
    const kept = (await tables.meta.keys()).filter((key) => key.startsWith(KEY))
    await tables.meta.bulkDelete(kept.filter((key) => !known.has(key.slice(KEY.length))))
    await setMeta(tables, KEY + inspection, visits)
  })
}
