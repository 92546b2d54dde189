/** What the server tells a supervisor about inspections. The shapes of `GET /inspections` and `GET /inspections/<id>`. */
import type { Words } from '../../core/checklist'
import { value, type Conflict, type Contradiction, type State } from '../../core/oplog'
import type { Result } from '../../core/scoring'
import type { InspectionMeta } from '../../store/inspections'
import { api } from '../../sync/api'

export interface Queued extends InspectionMeta {
  low: string
  high: string
  full: string
  open: number
  conflicts: number
  contradictions: number
  missing: number
  photos: { have: number; proved: number }
}

/** Something that stands before an approval, in the words with which the server would refuse it. */
export interface Obstacle {
  code: string
  message: Words
  details: { indicators?: string[]; about?: string[][]; evidence?: Lack[]; photos?: { photo: string; indicator: string | null }[] }
}
export interface Lack { indicator: string; kind: string; have: number; want: number }

/** What an approval froze; `digest` is the hash that names it. */
export interface Snapshot { digest: string; upto: number; approved_by: string; result: Result }

export interface Seen {
  inspection: InspectionMeta
  seq: number
  state: State
  result: Result
  conflicts: Conflict[]
  contradictions: Contradiction[]
  photos: { id: string; state: string; live: boolean; private: boolean; indicator: string | null }[]
  authors: Record<string, string>
  obstacles: Obstacle[]
  held: { op_id: string; code: string }[]
  late: string[]
  snapshot: Snapshot | null
}

export async function queue(state: string, words: string, signal: AbortSignal): Promise<Queued[]> {
  const { inspections } = await api<{ inspections: Queued[] }>(`/inspections?${new URLSearchParams({ ...(state && { state }), ...(words && { q: words }) })}`, { signal })
  return inspections
}

export const look = (id: string, signal?: AbortSignal): Promise<Seen> => api(`/inspections/${id}`, signal ? { signal } : {})
export const approve = (id: string, seen: number): Promise<unknown> => api(`/inspections/${id}/approval`, { method: 'POST', body: { seen } })
export const sendBack = (id: string, comment: string): Promise<unknown> => api(`/inspections/${id}/return`, { method: 'POST', body: { comment } })

/** What a row wants as evidence and does not have: `absent` photos are announced but not here. A waiver settles both. */
export interface Wanted { lacks: Lack[]; absent: number; waiver: string | null }

/** By row, `-` for photos of no row: what is missing or was waived. A row that wants nothing is not there. */
export function evidenceOf({ result, photos, state, obstacles }: Seen): Map<string, Wanted> {
  const rows = new Map<string, Wanted>()
  const at = (row: string): Wanted => {
    if (!rows.has(row)) rows.set(row, { lacks: [], absent: 0, waiver: waiverOf(state, row) })
    return rows.get(row)!
  }
  for (const lack of result.missing_evidence) at(lack.indicator).lacks.push(lack)
  const unproved = new Set(obstacles.flatMap((one) => (one.details.photos ?? []).map((absent) => absent.photo)))
  for (const photo of photos) {
    const row = photo.indicator ?? '-'
    if (photo.live && (unproved.has(photo.id) || (photo.state !== 'verified' && waiverOf(state, row) !== null))) at(row).absent += 1
  }
  return rows
}

function waiverOf(state: State, row: string): string | null {
  const found = value(state, `review/waiver/${row}`) as { reason: string } | null
  return found?.reason ?? null
}
