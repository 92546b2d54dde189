/** What the server tells of a campaign's results, and what may be asked of it. Figures are the engine's decimal texts. */
import type { Both } from '../../i18n'
import { api } from '../../sync/api'

export type Scheme = 'points' | 'conformity' | 'tiers' | 'matrix'
export interface Mean { sites: number; low: string | null; high: string | null; full: string | null; share_low: string | null; share_high: string | null }
export interface Grade { settled: boolean; band: string | null; awarded: string | null; now: string | null; bonus: string; valid_until: string | null; working: Both }
export interface TierStanding { reached: string | null; possible: string | null; next: string | null; standing_between: { indicator: string; requirement: string | null; why: Both }[] }
export interface Standing {
  site: { id: string; name: Both; region: string }
  inspection: string
  visit_on: string
  stage: string
  place: [number, number]
  low: string
  high: string
  full: string
  complete: boolean
  provisional: boolean
  grade: Grade | null
  tier: TierStanding | null
  categories: { id: string; low: string; high: string; full: string }[]
}
export type Row = Standing & { at_closing: { low: string; high: string } | null }
export interface Figures {
  all: Mean
  settled: boolean
  towns: (Mean & { town: string })[]
  categories: (Mean & { id: string })[]
  indicators: (Mean & { id: string; met: number; lost: number; not_applicable: number; open: number; taken: string; rate: string | null })[]
  faults: { indicator: string; clause: string | null; sites: number; count: number }[]
  tiers: { reached: { tier: string | null; sites: number }[]; between: { indicator: string; requirement: string | null; sites: number }[] } | null
  bands: { band: string | null; sites: number }[] | null
  compare: { sites: { site: string; low: string; high: string; before: { low: string; high: string }; change: string | null; in: 'marks' | 'share' | null }[]; then: Mean; now: Mean; new: number; gone: number } | null
}
export interface Board {
  checklist: { slug: string; version: string; digest: string; scheme: Scheme; title: Both }
  titles: Record<string, Both>
  categories: Record<string, Both>
  clauses: Record<string, Both>
  tiers: { id: string; title: Both }[]
  grades: { bands: { id: string; title: Both; bonus: string }[]; none: Both; downgrades: { id: string; text: Both }[] } | null
  settings: Record<string, string>
  rows: Row[]
  figures: Figures
}
export interface Decision { id: string; kind: string; site: string; source: string; reason: string; by: string; decided_at: string; stands: boolean; trigger?: string; steps?: number; points?: string; order?: string[]; of?: string }
export interface Publication { at: string; by: string; appeal_until: string; public: boolean; opens_on: string; shown: boolean; address: string; waiting: { sites: number; appeals: number } }
export interface Results {
  campaign: { id: string; title: Both; state: string | null; final_at: string | null; reason: string; left: number | null }
  visits: { seen: number; approved: number }
  boards: Board[]
  towns: Record<string, Both>
  decisions: Decision[]
  last: { id: string; title: Both } | null
  publication: Publication | null
  may: { decide: boolean; publish: boolean; export: boolean }
}
export interface OwnLine { inspection: string; site: { name: Both }; campaign: { title: Both }; at: string; appeal_until: string }
export type Own = Standing & {
  campaign: { title: Both }
  checklist: { scheme: Scheme; title: Both; version: string }
  appeal_until: string
  under_review: boolean
  result: { lines: { indicator: string; state: string; low: string; high: string; full: string; working: Both; clauses: { low: string; high: string; kind: string; working: Both }[] }[] } | null
  titles: Record<string, Both>
  findings: { indicator: string; clause_text: string; count: number; note: string; photos: string[] }[]
}
type Signal = { signal: AbortSignal }

export const results = (id: string, signal: Signal): Promise<Results> => api(`/campaigns/${id}/results`, signal)
export const decide = (body: Record<string, unknown>): Promise<unknown> => api('/grade-decisions', { method: 'POST', body })
export const publish = (id: string, body: { appeal_days: number; public: boolean }): Promise<unknown> => api(`/campaigns/${id}/publication`, { method: 'POST', body })
export const makePublic = (id: string, on: boolean, reason: string): Promise<unknown> => api(`/campaigns/${id}/publication`, { method: 'PUT', body: { public: on, reason } })
export const withdraw = (id: string, reason: string): Promise<unknown> => api(`/campaigns/${id}/withdrawal`, { method: 'POST', body: { reason } })
export const ownList = (signal: Signal): Promise<{ results: OwnLine[] }> => api('/results', signal)
export const own = (id: string, signal: Signal): Promise<Own> => api(`/results/${id}`, signal)
