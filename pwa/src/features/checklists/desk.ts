/** What the server tells about checklists, and what may be asked of it. The shapes of `/checklists` and `/checklist-drafts`. */
import type { Checklist, Scheme, Words } from '../../core/checklist'
import type { InspectionMeta } from '../../store/inspections'
import { api } from '../../sync/api'
import type { Move, Staying } from './carrying'

export interface VersionLine {
  version: string
  digest: string
  published_at: string
  replaces: string | null
  note: Words | null
  retired: boolean
  inspections: number
}
export interface Person { id: string; name: string }
export interface DraftLine { id: string; version: string; changed_at: string; by: Person }
/** Title and scheme are null where there are only drafts. */
export interface Listed { slug: string; title: Words | null; scheme: Scheme | null; versions: VersionLine[]; drafts: DraftLine[] }

export interface Fault { path: string; code: string; severity: 'error' | 'doubt'; message: Words }
/** What an import could not take over, and where it stood in the file. */
export interface Left extends Fault { sheet?: string; row?: number; column?: string | number }
export interface DraftSeen { id: string; content: Checklist; faults: Fault[]; report: Left[]; seq: number; changed_at: string; by: Person }

/** `label` names the place in words, `title` the indicator; both are null or absent for the checklist as a whole. */
export interface Change { indicator: string | null; path: string; before: unknown; after: unknown; label: Words; title: Words | null }
export interface Came { indicator: string; title: Words; text: Words; full_marks: string | null }
interface Compared { slug: string; version: string; digest: string; title: Words; scheme: Scheme }
export interface Comparison { from: Compared; to: Compared; same: boolean; added: Came[]; removed: Came[]; moved: Change[]; words: Change[]; scoring: Change[]; asking: Change[] }

const signalled = (signal?: AbortSignal) => (signal ? { signal } : {})

export const listed = async (signal?: AbortSignal): Promise<Listed[]> => (await api<{ checklists: Listed[] }>('/checklists', signalled(signal))).checklists
export const version = (digest: string, signal?: AbortSignal): Promise<Checklist> => api(`/checklists/${digest}`, signalled(signal))
export interface Using { id: string; site: { name: Words }; state: string }
export const using = async (digest: string, signal?: AbortSignal): Promise<Using[]> => (await api<{ inspections: Using[] }>(`/checklists/${digest}/inspections`, signalled(signal))).inspections
/** `made`: what it was carried to before; `to`: the version looked at, null where none is newer. */
export interface CarrySeen { inspection: InspectionMeta; newer: { version: string; digest: string; note: Words | null }[]; to: string | null; moves: Move[]; left: Staying[]; rescored: string[]; made: InspectionMeta[] }
export const carryPreview = (id: string, to: string | undefined, signal: AbortSignal): Promise<CarrySeen> => api(`/inspections/${id}/carry${to ? `?${new URLSearchParams({ to })}` : ''}`, { signal })
export const carryNow = (id: string, to: string): Promise<{ inspection: string }> => api(`/inspections/${id}/carry`, { method: 'POST', body: { to } })
export const compared = (from: string, to: string, signal?: AbortSignal): Promise<Comparison> =>
  api(`/checklists/compare?${new URLSearchParams({ from, to })}`, signalled(signal))
export const draftWorkbook = (id: string): string => `/api/v1/checklist-drafts/${id}/excel`
export const workbook = (digest: string): string => `/api/v1/checklists/${digest}/excel`

export const beginDraft = (from: string, name: string): Promise<DraftSeen> => api('/checklist-drafts', { method: 'POST', body: { from, version: name } })
export const importFile = (file: File): Promise<DraftSeen> => api(`/checklist-drafts${/\.ya?ml$/i.test(file.name) ? '?format=yaml' : ''}`, { method: 'POST', body: new Blob([file], { type: 'application/octet-stream' }), timeout_ms: 120_000 })
export const readDraft = (id: string, signal?: AbortSignal): Promise<DraftSeen> => api(`/checklist-drafts/${id}`, signalled(signal))
export const saveDraft = (id: string, content: Checklist, seq: number): Promise<DraftSeen> =>
  api(`/checklist-drafts/${id}`, { method: 'PUT', body: { content, seq } })
export const dropDraft = (id: string): Promise<unknown> => api(`/checklist-drafts/${id}`, { method: 'DELETE' })
export const publishDraft = (id: string, note: Words): Promise<{ digest: string }> => api(`/checklist-drafts/${id}/publish`, { method: 'POST', body: { note } })
