/** What the server tells of campaigns and their draws, and what may be asked of it (`server/mingcha/api/campaigns.py`). */
import type { Checklist, Words } from '../../core/checklist'
import type { Inspector, Rule } from '../../core/draw'
import type { DrawRecord, Source } from '../../core/draw/record'
import { api } from '../../sync/api'

export const STATES = ['planned', 'committed', 'drawn', 'running', 'closed', 'published'] as const
export type State = (typeof STATES)[number]
export type Release = { mode: 'hour'; hour: string } | { mode: 'departure' }

/** null: not narrowed down (`days`: the working days of the period). */
export interface Plan {
  title: Words
  checklist: string
  from_on: string
  to_on: string
  days: string[] | null
  wanted: number | null
  team: number
  rules: Rule[]
  settings: Record<string, string>
  evidence_days: number
  notice_days: number
  release: Release
  regions: string[] | null
  sites: string[] | null
  inspectors: string[] | null
  qualification: string | null
}
export interface Campaign extends Plan {
  id: string
  region: string
  state: State
  seq: number
  commitment: string | null
  source: Source | null
  seed: string | null
  created_at: string
  final: { at: string; reason: string; left: number } | null
  /** Seed, sites, towns and inspectors are kept from this reader until the closing. */
  withheld?: true
}
export interface Hindrance { site: string; free: number; kept_away: Partial<Record<Rule, number>>; blame: Rule[] }
export interface PoolSeen {
  frozen: boolean
  pool: { sites: { id: string; region: string }[]; inspectors: Inspector[]; wanted: number; team: number }
  names: { sites: Record<string, string>; inspectors: Record<string, string> }
  problem: { code: string; details: Record<string, string | number> } | null
  hindrances: Hindrance[]
}
export interface Visit {
  id: string
  place: number
  visit_on: string
  site: { id: string; name: Words; region: string }
  team: { id: string; name: string; seen_at: string | null }[]
  opens_at: string | null
  opened_at: string | null
}
export interface DrawEvent {
  number: number
  kind: 'draw' | 'redraw' | 'swap'
  reason: string
  by: { id: string; name: string }
  at: string
  digest: string | null
  /** Of a lot: how many it was drawn from, whom the desk left out, and these with all who could not have gone. */
  swap?: { visit: string; out: string; in: string; by_lot: boolean; free?: number; named_absent?: string[]; absent?: string[] }
}
export interface Swap { visit: string; out: string; into?: string; absent: string[]; reason: string }

/** Furthest first, as `STAGES` of `flows/campaign_board.py`. */
export const STAGES = ['approved', 'submitted', 'returned', 'in_progress', 'assigned', 'drawn'] as const
export type Stage = (typeof STAGES)[number]
export interface Town { region: string; name: Words; state: Stage | null; sites: { id: string; name: Words; lat: string | null; lon: string | null; visit: string | null; state: Stage | null }[] }
export interface Board {
  campaign: Campaign
  progress: Record<Stage | 'visits', number>
  days: { on: string; visits: number; approved: number }[]
  stuck: { visit: string; site: string; state: Stage; why: string[]; days: number; who?: string[] }[]
  towns: Town[]
  digest: string
}
export interface RegistrySite { id: string; region: string; name_zh: string; name_en: string; active: string }
export interface RegistryPerson { account: string; name: string; unit: string; qualifications: string[]; available: boolean }
export interface Region { code: string; name_zh: string; name_en: string }
export interface Version { digest: string; version: string; title: Words; retired: boolean }

type Signal = { signal: AbortSignal }
const post = <T>(path: string, body: object = {}): Promise<T> => api<T>(`/campaigns${path}`, { method: 'POST', body })

export const campaign = (id: string, signal: Signal): Promise<Campaign> => api(`/campaigns/${id}`, signal)
export const pool = (id: string, signal: Signal): Promise<PoolSeen> => api(`/campaigns/${id}/pool`, signal)
export const visits = async (id: string, signal: Signal): Promise<Visit[]> => (await api<{ visits: Visit[] }>(`/campaigns/${id}/visits`, signal)).visits
export const draws = async (id: string, signal: Signal): Promise<DrawEvent[]> => (await api<{ draws: DrawEvent[] }>(`/campaigns/${id}/draws`, signal)).draws
export const record = (id: string, number: number): Promise<DrawRecord> => api(`/campaigns/${id}/draws/${number}`)
export const recordAddress = (id: string, number: number): string => `/api/v1/campaigns/${id}/draws/${number}`

export const plan = (id: string, told: Plan): Promise<Campaign> => post('', { id, ...told })
export const replan = (id: string, told: Plan, seq: number): Promise<Campaign> => api(`/campaigns/${id}`, { method: 'PUT', body: { ...told, seq } })
export const drop = (id: string): Promise<unknown> => api(`/campaigns/${id}`, { method: 'DELETE' })
export const commit = (id: string, source?: string): Promise<Campaign> => post(`/${id}/commitment`, source ? { source } : {})
export const draw = (id: string, number?: string): Promise<Campaign & { visits: number }> => post(`/${id}/draw`, number ? { number } : {})
export const redraw = (id: string, reason: string): Promise<Campaign> => post(`/${id}/redraw`, { reason })
export const swap = (id: string, asked: Swap): Promise<{ out: string; in: string; by_lot: boolean }> => post(`/${id}/swaps`, asked)
export const start = (id: string): Promise<Campaign> => post(`/${id}/start`)
export const release = (id: string, visit: string): Promise<{ opened: number }> => post(`/${id}/release`, { visits: [visit] })
export const close = (id: string, reason: string): Promise<Campaign> => post(`/${id}/close`, { reason })
export const publish = (id: string): Promise<Campaign> => post(`/${id}/publication`)

/** Everything that a plan can name. */
export async function choices(signal: Signal): Promise<{ versions: Version[]; regions: Region[]; sites: RegistrySite[]; people: RegistryPerson[] }> {
  const rows = async <T>(kind: string): Promise<T[]> => (await api<{ rows: T[] }>(`/registry/${kind}`, signal)).rows
  const [{ checklists }, regions, sites, people] = await Promise.all([
    api<{ checklists: { versions: Version[] }[] }>('/checklists', signal), rows<Region>('regions'), rows<RegistrySite>('sites'), rows<RegistryPerson>('people'),
  ])
  return { versions: checklists.flatMap((one) => one.versions), regions, sites, people }
}
export const checklist = (digest: string): Promise<Checklist> => api(`/checklists/${digest}`)
