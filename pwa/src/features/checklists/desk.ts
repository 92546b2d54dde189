/** What the server tells about checklists, and what may be asked of it. The shapes of `/checklists` and `/checklist-drafts`. */
import type { Checklist, Scheme, Words } from '../../core/checklist'
import { api } from '../../sync/api'

export interface VersionLine {
  version: string
  digest: string
  published_at: string
  replaces: { version: string } | string | null
  note: Words | null
  retired: boolean
  inspections: number
}
export interface DraftLine { id: string; version: string; changed_at: string; by: string }
export interface Listed { slug: string; title: Words; scheme: Scheme; versions: VersionLine[]; drafts: DraftLine[] }

export interface Fault { path: string; code: string; severity: 'error' | 'doubt'; message: Words }
/** What an import could not take over, and where it stood in the file. */
export interface Left { at: string; code: string; message: Words }
export interface DraftSeen { id: string; content: Checklist; faults: Fault[]; report: Left[]; seq: number; changed_at: string; by: string }

export interface Change { indicator: string | null; path: string; before: unknown; after: unknown }
export interface Comparison { added: string[]; removed: string[]; moved: Change[]; words: Change[]; scoring: Change[]; asking: Change[] }

const signalled = (signal?: AbortSignal) => (signal ? { signal } : {})

export const listed = async (signal?: AbortSignal): Promise<Listed[]> => (await api<{ checklists: Listed[] }>('/checklists', signalled(signal))).checklists
export const version = (digest: string, signal?: AbortSignal): Promise<Checklist> => api(`/checklists/${digest}`, signalled(signal))
export const compared = (from: string, to: string, signal?: AbortSignal): Promise<Comparison> =>
  api(`/checklists/compare?${new URLSearchParams({ from, to })}`, signalled(signal))
export const workbook = (digest: string): string => `/api/v1/checklists/${digest}/excel`

export const beginDraft = (from: string, name: string): Promise<DraftSeen> => api('/checklist-drafts', { method: 'POST', body: { from, version: name } })
export const importFile = (file: File): Promise<DraftSeen> => api('/checklist-drafts', { method: 'POST', body: file, timeout_ms: 120_000 })
export const readDraft = (id: string, signal?: AbortSignal): Promise<DraftSeen> => api(`/checklist-drafts/${id}`, signalled(signal))
export const saveDraft = (id: string, content: Checklist, seq: number): Promise<DraftSeen> =>
  api(`/checklist-drafts/${id}`, { method: 'PUT', body: { content, seq } })
export const dropDraft = (id: string): Promise<unknown> => api(`/checklist-drafts/${id}`, { method: 'DELETE' })
export const publishDraft = (id: string, note: Words): Promise<{ digest: string }> => api(`/checklist-drafts/${id}/publish`, { method: 'POST', body: { note } })
