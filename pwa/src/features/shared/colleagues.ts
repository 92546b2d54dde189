/** Inspectors whom this phone knows from its own visits: no list of accounts is fetched for it. */
import type { Named, UserDb } from '../../store/db'
import { listInspections } from '../../store/inspections'

export async function colleagues(db: UserDb): Promise<Named[]> {
  const known = new Map<string, string>()
  for (const visit of await listInspections(db)) for (const { id, name } of visit.team) if (id !== db.userId) known.set(id, name)
  return [...known].map(([id, name]) => ({ id, name })).sort((a, b) => (a.name < b.name ? -1 : 1))
}
