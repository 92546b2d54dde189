/**
 * "Prepare for offline": fetches what a visit needs and proves, by looking at what is stored, that it will open without
 * network. The proof says what is there, not what was tried.
 */

import { timestamp } from '../store/clock'
import { setMeta, type UserDb } from '../store/db'
import { checklist, inspection, proofOf } from '../store/inspections'
import { ApiProblem } from '../store/failures'
import { canonicalDigestMatches, fetchChecklist } from './checklists'
import { askShell } from './shell'
import { httpTransport, type Transport } from './transport'

export interface Proof {
  /** Checklist and app are both here: the visit can be done without network. */
  ready: boolean
  /** The checklist's content is here and its hash is right. */
  checklist: boolean
  /** The app itself opens without network. */
  shell: boolean
  /** The browser promised not to clear storage by itself. It may refuse; the visit is possible all the same. */
  persisted: boolean
  /** Stored by this app in all; null where the browser does not say. */
  bytes: number | null
  /** Room left for photos; null where the browser does not say. */
  free_bytes: number | null
  at: string
}

/** Throws ApiProblem `not_found` for a visit that this phone does not know. Without network it proves what it can. */
export async function prepare(
  db: UserDb,
  inspectionId: string,
  transport?: Transport,
): Promise<Proof> {
  const visit = await inspection(db, inspectionId)
  if (!visit) {
    const message = { zh: '这项任务还没有到手机上，请联网同步后再试。', en: 'This visit is not on the phone yet. Sync once and try again.' }
    throw new ApiProblem({ code: 'not_found', family: 'refused', message, details: {} })
  }
  const [content, shell, storage] = await Promise.all([
    proveChecklist(db, visit.checklist.digest, transport),
    askShell(),
    proveStorage(),
    transport ? undefined : fetchEarlier(db, inspectionId),
  ])
  const proof: Proof = { ready: content && shell, checklist: content, shell, ...storage, at: timestamp() }
  await db.inspections.update(inspectionId, { prepared_at: proof.ready ? proof.at : undefined })
  await setMeta(db, proofOf(inspectionId), proof)
  return proof
}

/** What earlier visits found is welcome, never a condition. */
async function fetchEarlier(db: UserDb, inspectionId: string): Promise<void> {
  await import('./history').then(({ fetchHistory }) => fetchHistory(db, inspectionId)).catch(() => undefined)
}

async function proveChecklist(db: UserDb, digest: string, given: Transport | undefined): Promise<boolean> {
  const isStored = async (): Promise<boolean> => {
    const found = await checklist(db, digest)
    return found !== undefined && canonicalDigestMatches(found, digest)
  }
  if (await isStored()) return true
  try {
    await fetchChecklist(db, given ?? httpTransport(() => import('./upload')), digest)
  } catch (failure) {
    if (!(failure instanceof ApiProblem)) throw failure
  }
  return isStored()
}

async function proveStorage(): Promise<Pick<Proof, 'persisted' | 'bytes' | 'free_bytes'>> {
  const storage = (globalThis.navigator as Navigator | undefined)?.storage
  if (!storage?.estimate) return { persisted: false, bytes: null, free_bytes: null }
  const persisted = (await storage.persist?.().catch(() => false)) ?? false
  const { usage, quota } = await storage.estimate()
  return { persisted, bytes: usage ?? null, free_bytes: quota !== undefined && usage !== undefined ? quota - usage : null }
}
