/** What the server tells a desk of rectification, and what may be asked of it. */
import type { Measure } from '../../core/checklist'
import type { Words } from '../../core/problems'
import type { Calendar, Item, Kind, Order, Severity, Somebody } from '../../core/rectification'
import { api } from '../../sync/api'

export interface Board { items: Item[]; counts: { by_state: Partial<Record<Item['state'], number>>; overdue: number; waiting: number; due_soon: number } }
export interface Candidate {
  finding: string | null
  indicator: string
  clause: string | null
  title: Words
  clause_text: Words | null
  text: string
  before: string[]
  taken: string
  earlier: Item['earlier']
  suggested: { kind: Kind; severity: Severity; days: number; due_on: string; due_guessed: boolean }
}
export interface Proposal {
  site: { id: string; name: Words; region: string }
  findings: Candidate[]
  people: Somebody[]
  issued: string | null
  kinds: Record<Kind, { least: number; usual: number; most: number }>
  today: string
  /** To count deadlines before they are issued; what lies after `guessed_after` counts weekdays. */
  calendar: Calendar
  guessed_after: string
  warnings: Warning[]
}
export interface Warning { code: string; message: Words }
export interface Wanted { finding: string | null; indicator: string; clause: string | null; kind: Kind; severity: Severity; text: string; days: number; proof: { photos: boolean; why: string }; person: string | null }
export interface Ledger { rows: Record<string, string | number | boolean | null>[]; columns: { key: string; zh: string; en: string }[] }
export interface Figure { items: number; open: number; overdue: number; closed: number; on_time: number; late: number; lifted: number; on_time_percent: string | null; average_days: string | null }
export interface Figures { all: Figure; by_kind: Partial<Record<Kind, Figure>>; by_indicator: (Figure & { slug: string; indicator: string; title: Words })[] }
/** Enough of an inspection to decide an appeal: how far it was seen, what the row is worth, and what was said of it. */
export interface Scored {
  seq: number
  inspection: { checklist: { digest: string }; campaign: string | null; campaign_title: string }
  state: { fields: Record<string, { value: unknown }[]> }
  result: { 
    scheme: string; low: string; full: string; tier: { reached: string | null } | null
    lines: { indicator: string; low: string; full: string; working: Words }[]
  }
}
/** Enough of a checklist to correct a row without marks. */
export interface Sheet {
  tiers?: { id: string; title: Words }[]
  categories: { groups: { indicators: { id: string; measures: Pick<Measure, 'id' | 'text' | 'unit'>[] }[] }[] }[]
}

const query = (asked: Record<string, string | undefined>) => {
  const given = Object.entries(asked).filter((pair): pair is [string, string] => Boolean(pair[1]))
  return given.length ? `?${new URLSearchParams(given)}` : ''
}
type Signal = { signal: AbortSignal }

export const board = (asked: Record<string, string | undefined>, signal: Signal): Promise<Board> => api(`/rectification/board${query(asked)}`, signal)
export const item = (id: string, signal: Signal): Promise<Item> => api(`/rectification/items/${id}`, signal)
export const order = (id: string, signal: Signal): Promise<Order> => api(`/rectification/orders/${id}`, signal)
export const proposal = (inspection: string, signal: Signal): Promise<Proposal> => api(`/rectification/proposal/${inspection}`, signal)
export const issue = (inspection: string, body: { id: string; words: string; appeal_days: number; items: Wanted[] }): Promise<{ order: Order; warnings: Warning[] }> => api(`/inspections/${inspection}/rectification`, { method: 'POST', body })
export const deed = (id: string, what: string, body: Record<string, unknown>): Promise<{ item: Item }> => api(`/rectification/items/${id}/${what}`, { method: 'POST', body })
export const ledger = (from: string, to: string, signal: Signal): Promise<Ledger> => api(`/rectification/ledger${query({ from, to })}`, signal)
export const figures = (from: string, to: string, signal: Signal): Promise<Figures> => api(`/rectification/figures${query({ from, to })}`, signal)
export const sheet = (digest: string, signal: Signal): Promise<Sheet> => api(`/checklists/${digest}`, signal)
export const scored = (inspection: string, signal: Signal): Promise<Scored> => api(`/inspections/${inspection}`, signal)

/** Who has been on a team of this area: whom a recheck can be given to. */
export async function inspectors(signal: Signal): Promise<Somebody[]> {
  const { inspections } = await api<{ inspections: { team: Somebody[] }[] }>('/inspections', signal)
  return [...new Map(inspections.flatMap(({ team }) => team).map((one) => [one.id, one])).values()]
}

/** Best and worst place of an inspection in its campaign, and among how many; undefined where nothing ranks it. */
export async function place(inspection: string, signal: Signal): Promise<{ place: string; n: number } | undefined> {
  const { campaign, campaign_title } = (await scored(inspection, signal)).inspection
  const { sites } = await api<{ sites: { inspection: string; place: [number, number] }[] }>(`/grades${query({ campaign: campaign ?? campaign_title })}`, signal)
  const mine = sites.find((one) => one.inspection === inspection)
  return mine && { place: [...new Set(mine.place)].join('–'), n: sites.length }
}
