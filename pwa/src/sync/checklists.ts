/** Checklists that visits on this phone are done by, fetched by hash: what hashes otherwise is not kept. */

import { canonical, type Json } from '../core/canonical'
import type { Checklist } from '../core/checklist'
import type { UserDb } from '../store/db'
import { keepChecklist } from '../store/inspections'
import { sha256Of } from '../store/photos'
import { ApiProblem } from './http'
import type { Transport } from './transport'

/** Fetches what is missing. One that the server does not give stays missing; the others come all the same. */
export async function fetchChecklists(db: UserDb, transport: Transport): Promise<void> {
  const wanted = new Set((await db.inspections.toArray()).map((found) => found.checklist.digest))
  for (const digest of await db.checklists.keys()) wanted.delete(digest)
  for (const digest of wanted) {
    try {
      await fetchChecklist(db, transport, digest)
    } catch (failure) {
      if (!(failure instanceof ApiProblem) || failure.family !== 'refused') throw failure
    }
  }
}

export async function fetchChecklist(db: UserDb, transport: Transport, digest: string): Promise<void> {
  const content = await transport.checklist(digest)
  if ((await digestOf(content as Json)) !== digest) throw new ApiProblem('phone.offline', { why: 'another checklist came' })
  await keepChecklist(db, digest, content as Checklist)
}

export function digestOf(content: Json): Promise<string> {
  return sha256Of(new TextEncoder().encode(canonical(content)).buffer as ArrayBuffer)
}

/** Whether the stored content is the version of that name, to the byte. */
export async function canonicalDigestMatches(content: Checklist, digest: string): Promise<boolean> {
  return (await digestOf(content as unknown as Json)) === digest
}
