/** The visits that this phone knows, and the checklists they are done by. */

import type { Checklist } from '../core/checklist'
import type { InspectionMeta, UserDb } from './db'

export type { InspectionState } from '../core/oplog'
export type { InspectionMeta, Named } from './db'

/** By day of visit, then by site; those without a day last. */
export async function listInspections(db: UserDb): Promise<InspectionMeta[]> {
  const all = await db.inspections.toArray()
  const key = (found: InspectionMeta) => `${found.visit_on ?? '9999'} ${found.site.region} ${found.id}`
  return all.sort((a, b) => (key(a) < key(b) ? -1 : 1))
}

export function inspection(db: UserDb, id: string): Promise<InspectionMeta | undefined> {
  return db.inspections.get(id)
}

/** Where the last proof of a visit lies among what is kept about this phone. */
export const proofOf = (id: string): string => `proof:${id}`

export async function checklist(db: UserDb, digest: string): Promise<Checklist | undefined> {
  return (await db.checklists.get(digest))?.content
}

export async function keepChecklist(db: UserDb, digest: string, content: Checklist): Promise<void> {
  await db.checklists.put({ digest, content })
}
