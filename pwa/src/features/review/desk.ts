/** What the server tells a supervisor about inspections. The shapes of `GET /inspections` and `GET /inspections/<id>`. */
import type { Json } from '../../core/canonical'
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
  /** steps after an approval, and steps that the server holds for a person */
  late: number
  held: number
  /** likely double findings; photos that deserve a second look */
  doubles: number
  flags: number
  /** whether something happened since this person last looked; null where they never did */
  fresh: boolean
  looked_at: string | null
}

/** What the queue is narrowed to; the same names as in the address. */
export interface Filters { state: string; q: string; campaign: string; town: string; inspector: string }
export interface Page { inspections: Queued[]; next: string | null; counts: Record<string, { all: number; needs: number }> }
export interface Choices {
  campaigns: { id: string; title: string }[]
  towns: { code: string; name: Words }[]
  inspectors: { id: string; name: string }[]
}

/** A step of the log as the desk tells it. */
export interface Step { id: string; target: string; kind: string; value: Json; author: string; device: string; at: string; row: string | null }
export interface Traced { id: string; kind: string; target: string; value: Json; author: string; device: string; at: string; received_at: string; stands: boolean }
/** Two findings, by id, that may be one fault. */
export interface Double { one: string; other: string; why: ('time' | 'case' | 'words')[]; apart_minutes: number }

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
  late_steps: Step[]
  doubles: Double[]
  joined: { finding: string; into: string; photos: string[] }[]
  outstanding: { account: string; name: string; device: string; heard_at: string }[]
  news: { at: string; seq: number; changes: Omit<Step, 'id' | 'value' | 'device'>[] } | null
  snapshot: Snapshot | null
}

const filled = (found: Record<string, string | null | undefined>) => new URLSearchParams(Object.entries(found).filter((pair): pair is [string, string] => Boolean(pair[1])))

export const queue = (filters: Filters, after: string | null, signal: AbortSignal): Promise<Page> => api(`/inspections?${filled({ ...filters, after })}`, { signal })
export const choices = (signal: AbortSignal): Promise<Choices> => api('/inspections/choices', { signal })
export const look = (id: string, signal?: AbortSignal): Promise<Seen> => api(`/inspections/${id}`, signal ? { signal } : {})
export const approve = (id: string, seen: number): Promise<unknown> => api(`/inspections/${id}/approval`, { method: 'POST', body: { seen } })
export const sendBack = (id: string, comment: string): Promise<unknown> => api(`/inspections/${id}/return`, { method: 'POST', body: { comment } })
export const looked = (id: string, seq: number): Promise<unknown> => api(`/inspections/${id}/look`, { method: 'PUT', body: { seq } })
export const trace = (id: string, row: string, signal: AbortSignal): Promise<{ history: Traced[]; authors: Record<string, string> }> => api(`/inspections/${id}/trace?${filled({ row })}`, { signal })
export const decideDouble = (id: string, how: 'join' | 'part' | 'both', keep: string, other: string, seen: number): Promise<unknown> => api(`/inspections/${id}/doubles`, { method: 'POST', body: { how, keep, other, seen } })
export const settleLate = (id: string, how: 'take_in' | 'set_aside', reason: string, seen: number): Promise<unknown> => api(`/inspections/${id}/late`, { method: 'POST', body: { how, reason, seen } })
export const reopen = (id: string, reason: string): Promise<unknown> => api(`/inspections/${id}/reopening`, { method: 'POST', body: { reason } })

/** A device as people tell it from another: the first signs of its id. */
export const codeOf = (device: string): string => device.slice(0, 4).toUpperCase()
/** The device of what the server itself wrote, for a deed of the desk. */
export const SERVER = 'mingcha-server'

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
