/** What the server tells a supervisor about inspections. The shapes of `GET /inspections` and `GET /inspections/<id>`. */
import type { Conflict, Contradiction, State } from '../../core/oplog'
import type { Result } from '../../core/scoring'
import type { InspectionMeta } from '../../store/inspections'
import { api } from '../../sync/api'

export interface Queued extends InspectionMeta {
  low?: string
  high?: string
  full?: string
  result?: { low: string; high: string; full: string } | null
  conflicts?: number
  contradictions?: number
  photos?: { have: number; want: number } | number
}

export interface Seen {
  inspection: InspectionMeta
  seq: number
  state: State
  result: Result
  conflicts: Conflict[]
  contradictions: Contradiction[]
  photos: { id: string; state: string }[]
  authors: Record<string, string>
  held: { id: string; code?: string }[]
  snapshot: { hash?: string } | string | null
}

export async function queue(state: string, words: string, signal: AbortSignal): Promise<Queued[]> {
  const answer = await api<Queued[] | { inspections: Queued[] }>(`/inspections?${new URLSearchParams({ ...(state && { state }), ...(words && { q: words }) })}`, { signal })
  return Array.isArray(answer) ? answer : answer.inspections
}

export const look = (id: string, signal?: AbortSignal): Promise<Seen> => api(`/inspections/${id}`, signal ? { signal } : {})
export const approve = (id: string, seen: number): Promise<unknown> => api(`/inspections/${id}/approval`, { method: 'POST', body: { seen } })
export const sendBack = (id: string, comment: string): Promise<unknown> => api(`/inspections/${id}/return`, { method: 'POST', body: { comment } })
