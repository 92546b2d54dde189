/** What the screens ask of one visit's rows: the words, the findings, the photos, the filters. Pure. */
import type { Checklist, Indicator, Words } from '../../core/checklist'
import { heads, value, type Conflict, type Head, type State } from '../../core/oplog'
import type { Line, Result } from '../../core/scoring'
import { initialsAt } from './initials'

export interface Finding {
  id: string
  target: string
  indicator: string
  clause: string | null
  item: string | null
  case: number | null
  count: number
  /** several phones counted differently */
  disputed: Head[]
  note: string
}

export interface Photo {
  id: string
  target: string
  indicator: string | null
  finding: string | null
  kind: string | null
  note: string
  takenAt: string
  source: string
  sha256: string
  /** the photo that this is an annotated copy of */
  original: string | null
  order: number | null
}

type Told = Record<string, unknown>
const text = (found: unknown): string => (typeof found === 'string' ? found : '')

export function findingsOf(state: State, indicator: string): Finding[] {
  return live(state, 'finding/').filter(([, told]) => told.indicator === indicator).map(([target, told]) => {
    const counts = heads(state, `${target}/count`)
    return {
      id: target.slice(8), target, indicator,
      clause: (told.clause as string | null) ?? null, item: (told.item as string | null) ?? null, case: (told.case as number | null) ?? null,
      count: Number(value(state, `${target}/count`) ?? Math.max(1, ...counts.map((head) => Number(head.value)))),
      disputed: new Set(counts.map((head) => head.value)).size > 1 ? counts : [],
      note: text(value(state, `${target}/note`)),
    }
  })
}

export function photosOf(state: State, indicator?: string): Photo[] {
  return live(state, 'photo/').map(([target, told]) => {
    const now = (field: string) => (heads(state, `${target}/${field}`).length ? value(state, `${target}/${field}`) : told[field]) as string | null
    return {
      id: target.slice(6), target, indicator: now('indicator') ?? null, finding: now('finding') ?? null, kind: now('kind') ?? null,
      note: text(value(state, `${target}/note`)), takenAt: text(told.taken_at), source: text(told.source), sha256: text(told.sha256),
      original: text(value(state, `${target}/original`)) || null, order: value(state, `${target}/order`) as number | null,
    }
  }).filter((photo) => indicator === undefined || photo.indicator === indicator).sort(inOrder)
}

/** As a person laid them; those nobody moved behind them, in the order they were taken. */
function inOrder(a: Photo, b: Photo): number {
  return (a.order ?? 10_000) - (b.order ?? 10_000) || (a.takenAt < b.takenAt ? -1 : a.takenAt > b.takenAt ? 1 : 0)
}

function live(state: State, prefix: string): [string, Told][] {
  return Object.entries(state.elements)
    .filter(([target, element]) => target.startsWith(prefix) && element.live && element.value !== null)
    .map(([target, element]) => [target, element.value as Told])
}

/** The indicator a target speaks of, where it speaks of one. */
export function indicatorOf(state: State, target: string): string | null {
  const [kind, id] = target.split('/')
  if (kind === 'answer') return id ?? null
  const element = state.elements[`${kind}/${id}`]
  return element && element.value && typeof element.value === 'object' ? text((element.value as Told).indicator) || null : null
}

export type Filter = 'all' | 'open' | 'lost' | 'photo' | 'conflict' | 'mine' | 'partner'
/** Whose a row is by the division of the work; null for both. */
export type Share = 'mine' | 'partner' | null
export type View = 'source' | 'walk' | 'aspect'

export interface Section { id: string; title: Words | null; place?: Indicator['place']; aspect?: Indicator['aspect']; rows: Indicator[]; low?: string; high?: string; full?: string; open?: boolean }

/** The rows as the source has them, in walking order, or by what is looked at. */
export function sections(checklist: Checklist, view: View, keep: (row: Indicator) => boolean, result?: Result): Section[] {
  if (view === 'source') {
    const waiting = new Set(result?.open)
    return checklist.categories.map((category) => {
      const sum = result?.categories.find((one) => one.id === category.id)
      const all = category.groups.flatMap((group) => group.indicators)
      const open = all.some((row) => waiting.has(row.id))
      return { id: category.id, title: category.title, rows: all.filter(keep), open, ...(sum && { low: sum.low, high: sum.high, full: sum.full }) }
    }).filter((section) => section.rows.length)
  }
  const all = checklist.categories.flatMap((category) => category.groups.flatMap((group) => group.indicators)).filter(keep)
  const order = view === 'walk' ? (['outside', 'hall', 'window', 'files', 'system'] as const) : (['people', 'space', 'order', 'items', 'equipment', 'documents'] as const)
  return order.map((id): Section => (view === 'walk'
    ? { id, title: null, place: id as Indicator['place'], rows: all.filter((row) => row.place === id) }
    : { id, title: null, aspect: id as Indicator['aspect'], rows: all.filter((row) => row.aspect === id) }
  )).filter((section) => section.rows.length)
}

/** Every row once, in the order in which a view leads through them. */
export function walked(checklist: Checklist, view: View): Indicator[] {
  return sections(checklist, view, () => true).flatMap((section) => section.rows)
}

export function passes(filter: Filter, line: Line | undefined, conflicts: Set<string>, indicator: string, share: Share = null): boolean {
  if (filter === 'open') return !line || line.state === 'open'
  if (filter === 'lost') return Boolean(line && Number(line.taken) > 0) || line?.state === 'lost'
  if (filter === 'photo') return Boolean(line?.missing.length)
  if (filter === 'mine') return share !== 'partner'
  if (filter === 'partner') return share === 'partner'
  if (filter === 'conflict') return line?.state === 'conflict' || conflicts.has(indicator)
  return true
}

export function disputedRows(state: State, found: Conflict[]): Set<string> {
  return new Set(found.map(({ target }) => indicatorOf(state, target)).filter((id): id is string => id !== null))
}

/** Rows that a few typed characters mean: a number, a word of either language, pinyin initials. Best first. */
export function search(rows: Indicator[], typed: string): Indicator[] {
  const wanted = typed.trim().toLowerCase()
  if (!wanted) return rows
  const ranked = rows.map((row) => ({ row, rank: rankOf(row, wanted) })).filter(({ rank }) => rank < 9)
  return ranked.sort((a, b) => a.rank - b.rank).map(({ row }) => row)
}

function rankOf(row: Indicator, wanted: string): number {
  if (row.id === wanted) return 0
  if (row.id.startsWith(wanted) || row.id.replaceAll('.', '') === wanted) return 1
  if (row.title.zh.includes(wanted) || row.title.en.toLowerCase().includes(wanted)) return 2
  const letters = wanted.replace(/[ '’]/g, '') // a keyboard that composes them sets them apart
  if (/^[a-z]+$/.test(letters)) {
    const at = initialsAt(row.title.zh, letters)
    if (at === 0) return 3
    if (at > 0) return 4
  }
  return row.text.zh.includes(wanted) || row.text.en.toLowerCase().includes(wanted) ? 5 : 9
}

/** The next row that nobody answered, after this one and then from the top. */
export function nextOpen(rows: Indicator[], result: Result | undefined, after?: string): Indicator | undefined {
  const open = new Set(result?.open ?? rows.map((row) => row.id))
  const from = rows.findIndex((row) => row.id === after) + 1
  return [...rows.slice(from), ...rows.slice(0, from)].find((row) => open.has(row.id) && row.id !== after)
}
