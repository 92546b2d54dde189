/**
 * Rectification as both sides see it: the shapes of the server's answers, where an item stands once the moves that still wait
 * on this phone have effect, and working days by the calendar that came with the order. Moves are judged by the server alone;
 * what is expected here is never more than that. The twin of `server/mingcha/core/rectification/moves.py` for what a centre does.
 */

import type { Words } from './problems'

export type ItemState = 'issued' | 'acknowledged' | 'answered' | 'done' | 'sent_back' | 'closed' | 'lifted'
export type Kind = 'immediate' | 'deadline' | 'long'
export type Severity = 'minor' | 'serious' | 'grave'
export const KINDS: Kind[] = ['immediate', 'deadline', 'long']
export const SEVERITIES: Severity[] = ['minor', 'serious', 'grave']
export const MOVES = ['acknowledge', 'answer', 'appeal', 'ask_extension', 'done'] as const
export type MoveKind = (typeof MOVES)[number]

export interface Somebody { id: string; name: string }

/** What was said with a move: the members depend on its kind. */
export interface Content {
  words?: string
  reason?: string
  days?: number
  photos?: string[]
  granted?: boolean
  upheld?: boolean
  due_on?: string
  points?: string
}

export interface MoveSeen {
  id: string
  kind: string
  by: Somebody | null
  role: string
  at: string
  said_at: string | null
  content: Content
  effect: 'applied' | 'noted'
  code: string | null
}

export interface RowScore { low: string; working: Words }
export interface Extension { move: string; state: 'asked' | 'granted' | 'refused'; days: number; reason: string; due_on: string | null; answer: string | null; late: boolean }
/** What the result was and is; a tier stands in words, where the checklist has tiers. Answers before 2026-11-22 have points alone. */
export interface AppealScore {
  scheme?: 'points' | 'conformity' | 'tiers' | 'matrix'
  before: string
  /** The same with the places of the day of the decision: what was approved may have moved with its campaign. */
  stood?: string
  after: string
  full: string
  tier_before?: Words | null
  tier_after?: Words | null
  row_before: RowScore | null
  row_after: RowScore | null
}
export interface Appeal {
  move: string
  state: 'open' | 'upheld' | 'rejected'
  words: string
  reason: string | null
  late: boolean
  score: AppealScore | null
}

export interface Item {
  id: string
  order: string
  inspection: string
  site: { id: string; name: Words; region: string }
  kind: Kind
  severity: Severity
  indicator: string
  clause: string | null
  finding: string | null
  title: Words
  clause_text: Words | null
  text: string
  proof: { photos: boolean; why: string }
  person: Somebody | null
  days: number
  before: string[]
  repeats: number
  earlier: { item: string; order: string; inspection: string; visit_on: string; state: ItemState }[]
  issued_at: string
  issued_due_on: string
  due_on: string
  due_guessed: boolean
  appeal_until: string
  state: ItemState
  overdue: boolean
  days_left: number
  extension: Extension | null
  appeal: Appeal | null
  escalated: boolean
  after: { id: string; verified: boolean }[]
  acknowledged_at: string | null
  done_at: string | null
  closed_at: string | null
  may: string[]
  /** Not on the board. */
  moves?: MoveSeen[]
  /** Desk only. */
  rechecks?: { id: string; inspection: string; visit_on: string; at: string; state: string }[]
}

/** Days that differ from Monday to Friday: free weekdays, worked weekend days. */
export interface Calendar { rest: string[]; work: string[] }

export interface Order {
  id: string
  number: string
  inspection: string
  site: Item['site']
  visit_on: string
  checklist: { slug: string; version: string; digest: string; title: Words }
  issued_at: string
  issued_by: Somebody
  words: string
  appeal_until: string
  seq: number
  calendar?: Calendar
  items: Item[]
}

/** A move made on this phone that the server has not answered. */
export interface Waiting { kind: MoveKind; content: Content }

export const isOver = (state: ItemState): boolean => state === 'closed' || state === 'lifted'
/** The centre has something to do. */
export const liesWithCentre = (state: ItemState): boolean => state !== 'done' && !isOver(state)
/** The desk has something to decide. */
export const waitsForDesk = (item: Item): boolean => item.appeal?.state === 'open' || (!isOver(item.state) && (item.state === 'done' || item.extension?.state === 'asked'))

/** The item as it will stand when the server has taken in what waits here, in this order. */
export function expected(item: Item, waiting: Waiting[]): Item {
  return waiting.reduce(after, item)
}

function after(item: Item, { kind, content }: Waiting): Item {
  if (isOver(item.state)) return kind === 'appeal' && item.state === 'closed' ? { ...item, appeal: open(content) } : item
  const heard: Item = item.state === 'issued' ? { ...item, state: 'acknowledged' } : item
  switch (kind) {
    case 'acknowledge':
      return heard
    case 'answer':
      return { ...item, state: item.state === 'issued' || item.state === 'acknowledged' ? 'answered' : item.state }
    case 'appeal':
      return item.appeal ? item : { ...heard, appeal: open(content) }
    case 'ask_extension':
      return item.extension?.state === 'asked' ? item : {
        ...heard,
        extension: { move: '', state: 'asked', days: content.days ?? 0, reason: content.reason ?? '', due_on: null, answer: null, late: false },
      }
    case 'done':
      return item.proof.photos && !content.photos?.length ? item : { ...item, state: 'done', after: (content.photos ?? []).map((id) => ({ id, verified: false })) }
  }
}

const open = (content: Content): Appeal => ({ move: '', state: 'open', words: content.words ?? '', reason: null, late: false, score: null })

/** What the centre may do now, and which of it comes late: a late word is kept and the supervisor decides. */
export function openTo(item: Item, today: string): { kind: MoveKind; late: boolean }[] {
  const over = isOver(item.state)
  const may: Record<MoveKind, boolean> = {
    acknowledge: item.state === 'issued',
    done: liesWithCentre(item.state),
    ask_extension: liesWithCentre(item.state) && item.extension?.state !== 'asked',
    appeal: !item.appeal && (!over || item.state === 'closed'),
    answer: !over,
  }
  const late: Partial<Record<MoveKind, boolean>> = { ask_extension: today > item.due_on, appeal: today > item.appeal_until }
  return MOVES.filter((kind) => may[kind]).map((kind) => ({ kind, late: late[kind] ?? false }))
}

/** `YYYY-MM-DD` in Beijing: deadlines are days there. */
export const dayInChina = (at_ms: number): string => new Date(at_ms + 8 * 3_600_000).toISOString().slice(0, 10)

const DAY_MS = 86_400_000
/** Nobody needs to know how many working days lie further away. */
const MOST_DAYS = 1500

/** Working days after `first` up to and with `last`; negative if `last` lies before. */
export function workingDays(first: string, last: string, calendar: Calendar): number {
  if (last < first) return -workingDays(last, first, calendar)
  let days = 0
  const end = Date.parse(last)
  for (let at = Date.parse(first) + DAY_MS, n = 0; at <= end && n < MOST_DAYS; at += DAY_MS, n++) {
    const day = new Date(at).toISOString().slice(0, 10)
    const weekend = [0, 6].includes(new Date(at).getUTCDay())
    if (weekend ? calendar.work.includes(day) : !calendar.rest.includes(day)) days++
  }
  return days
}

/** Late is who has not reported by the end of the day; what lies on the supervisor's desk is not. */
export const isOverdue = (item: Item, today: string): boolean => liesWithCentre(item.state) && today > item.due_on

/** What presses most comes first: open before over, then by deadline. */
export function byDeadline(a: Item, b: Item): number {
  const key = (item: Item) => `${Number(isOver(item.state))}${Number(item.state === 'done')} ${item.due_on} ${item.id}`
  return key(a) < key(b) ? -1 : 1
}

/** The `days`-th working day after `start`; for 0 `start` itself, or the next working day if it is free. */
export function dayAfter(start: string, days: number, calendar: Calendar): string {
  const works = (at: number): boolean => {
    const day = new Date(at).toISOString().slice(0, 10)
    return [0, 6].includes(new Date(at).getUTCDay()) ? calendar.work.includes(day) : !calendar.rest.includes(day)
  }
  let at = Date.parse(start)
  if (days === 0) while (!works(at)) at += DAY_MS
  for (let left = Math.min(days, MOST_DAYS); left > 0;) {
    at += DAY_MS
    if (works(at)) left--
  }
  return new Date(at).toISOString().slice(0, 10)
}
