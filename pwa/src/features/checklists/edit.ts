/**
 * A draft's rows and parts as a person moves them about. A place is the path of indexes that the lint's paths carry too:
 * `0` a category, `0.1` a group, `0.1.2` a row, `` the checklist itself. Knows no screen and no server.
 */
import type { Checklist, Clause, Grades, Indicator, Measure, Requirement, Setting, Words } from '../../core/checklist'

export interface Placed { at: string; row: Indicator }
const nothing = (): Words => ({ zh: '', en: '' })

export function placesOf(content: Checklist): Placed[] {
  return content.categories.flatMap((category, c) => category.groups.flatMap((group, g) => group.indicators.map((row, i) => ({ at: `${c}.${g}.${i}`, row }))))
}

/** The place that a fault's path is about: `$.categories[0].groups[1].indicators[2].text.en` → `0.1.2`; `$.grades.bands[0]` → `grades`. */
export function placeOf(path: string): string {
  const own = /^\$\.(settings|grades)\b/.exec(path)
  if (own) return own[1]!
  const found = /^\$\.categories\[(\d+)\](?:\.groups\[(\d+)\](?:\.indicators\[(\d+)\])?)?/.exec(path)
  return found ? found.slice(1).filter((index) => index !== undefined).join('.') : ''
}

/** What of a path lies inside its place: `clauses[0].per`. */
export const insideOf = (path: string): string => path.replace(/^\$\.?(categories\[\d+\]\.?(groups\[\d+\]\.?(indicators\[\d+\]\.?)?)?)?/, '')

const indexes = (at: string): number[] => (at === '' ? [] : at.split('.').map(Number))

export function rowAt(content: Checklist, at: string): Indicator | undefined {
  const [c, g, i] = indexes(at)
  return i === undefined ? undefined : content.categories[c!]?.groups[g!]?.indicators[i]
}

export function partAt(content: Checklist, at: string): { id: string; title: Words | null } | undefined {
  const [c, g, i] = indexes(at)
  if (c === undefined || i !== undefined) return undefined
  return g === undefined ? content.categories[c] : content.categories[c]?.groups[g]
}

/** One after the greatest number in use: 3.7 → 3.8, a → b. */
export function nextId(used: string[], stem = ''): string {
  const numbers = used.filter((id) => id.startsWith(stem)).map((id) => id.slice(stem.length)).filter((rest) => /^\d+$/.test(rest)).map(Number)
  const name = (n: number) => (stem || !used.some((id) => /^[a-z]$/.test(id)) && used.length ? `${stem}${n}` : String.fromCharCode(96 + n))
  let n = stem || numbers.length ? Math.max(0, ...numbers) + 1 : used.length + 1
  while (used.includes(name(n))) n++
  return name(n)
}

export function addRow(content: Checklist, at: string): string {
  const [c, g] = indexes(at)
  const category = content.categories[c!]!
  const group = category.groups[g!]!
  const used = placesOf(content).map(({ row }) => row.id)
  group.indicators.push(freshRow(content, nextId(used, `${category.id}.`)))
  return `${c}.${g}.${group.indicators.length - 1}`
}

function freshRow(content: Checklist, id: string): Indicator {
  const row: Indicator = { id, title: nothing(), text: nothing(), source_text: '', method: ['on_site'], place: 'hall', aspect: 'order', evidence: [], measures: [], notes: [] }
  if (content.scheme === 'points') Object.assign(row, { full_marks: '1', clauses: [freshClause('all_or_nothing', 'a')] })
  if (content.scheme === 'tiers') row.tiers = Object.fromEntries((content.tiers ?? []).map((tier) => [tier.id, { necessary: false }]))
  if (content.scheme === 'matrix') row.requirements = [freshRequirement('a', (content.tiers ?? []).map((tier) => tier.id))]
  return row
}

export function freshClause(kind: Clause['kind'], id: string, kept: { text?: Words; cap?: string; phrases?: Words[] } = {}): Clause {
  const common = { id, text: kept.text ?? nothing(), ...(kept.cap !== undefined && { cap: kept.cap }), ...(kept.phrases && { phrases: kept.phrases }) }
  switch (kind) {
    case 'each': return { ...common, kind, per: '0.5', unit: { zh: '处', en: 'place' } }
    case 'missing': return { ...common, kind, per: '0.5', items: [{ id: 'a', text: nothing() }] }
    case 'shortfall': return { ...common, kind, measure: '', target: '100', step: '1', per: '0.2', parts: 'whole' }
    case 'sample': return { ...common, kind, per: '0.2', cases: 10, unit: { zh: '处', en: 'place' } }
    case 'rank': return { ...common, kind, measure: '', first: '1', step: '0.1', from: 10, rest: '0' }
    case 'judge': return { ...common, kind, max: '1', rubric: nothing() }
    case 'all_or_nothing': case 'award': return { ...common, kind, points: '1' }
    case 'forfeit': return { ...common, kind }
  }
}

export const freshRequirement = (id: string, tiers: string[]): Requirement => ({ id, text: nothing(), tiers })
export const freshMeasure = (id: string): Measure => ({ id, text: nothing(), unit: { zh: '%', en: '%' }, type: 'percent', min: '0', max: '100', decimals: 2 })

/** One step up or down; over the edge of its group into the neighbouring one. Answers where it stands now. */
export function moveRow(content: Checklist, at: string, by: -1 | 1): string {
  const [c, g, i] = indexes(at) as [number, number, number]
  const here = content.categories[c]!.groups[g]!.indicators
  if (i + by >= 0 && i + by < here.length) {
    here.splice(i + by, 0, ...here.splice(i, 1))
    return `${c}.${g}.${i + by}`
  }
  const groups = content.categories.flatMap((category, first) => category.groups.map((_, second) => `${first}.${second}`))
  const next = groups[groups.indexOf(`${c}.${g}`) + by]
  return next === undefined || here.length === 1 ? at : moveRowTo(content, at, next, by < 0 ? 'end' : 'start')
}

/** A category or group one step up or down; a group over the edge of its category into the neighbouring one. Answers where it stands now. */
export function movePart(content: Checklist, at: string, by: -1 | 1): string {
  const [c, g] = indexes(at) as [number, number?]
  const list: unknown[] = g === undefined ? content.categories : content.categories[c]!.groups
  const from = g ?? c
  if (from + by >= 0 && from + by < list.length) {
    list.splice(from + by, 0, ...list.splice(from, 1))
    return g === undefined ? String(c + by) : `${c}.${g + by}`
  }
  const next = content.categories[c + by]
  if (g === undefined || !next || list.length === 1) return at
  return moveGroupTo(content, at, c + by, by < 0 ? 'end' : 'start')
}

export function moveGroupTo(content: Checklist, at: string, category: number, end: 'start' | 'end' = 'end'): string {
  const [c, g] = indexes(at) as [number, number]
  if (category === c) return at
  const there = content.categories[category]!.groups
  const [group] = content.categories[c]!.groups.splice(g, 1)
  const place = end === 'end' ? there.length : 0
  there.splice(place, 0, group!)
  return `${category}.${place}`
}

export function moveRowTo(content: Checklist, at: string, group: string, end: 'start' | 'end' = 'end'): string {
  const [c, g, i] = indexes(at) as [number, number, number]
  if (group === `${c}.${g}`) return at
  const [toC, toG] = indexes(group) as [number, number]
  const there = content.categories[toC]!.groups[toG]!.indicators
  const [row] = content.categories[c]!.groups[g]!.indicators.splice(i, 1)
  const place = end === 'end' ? there.length : 0
  there.splice(place, 0, row!)
  return `${group}.${place}`
}

/** Takes a row, group or category out; calling the answer puts it back where it was. */
export function remove(content: Checklist, at: string): () => void {
  const [c, g, i] = indexes(at) as [number, number?, number?]
  const list: unknown[] = g === undefined ? content.categories : i === undefined ? content.categories[c]!.groups : content.categories[c]!.groups[g]!.indicators
  const place = i ?? g ?? c
  const [gone] = list.splice(place, 1)
  return () => { list.splice(Math.min(place, list.length), 0, gone) }
}

export function addCategory(content: Checklist): string {
  const id = nextId(content.categories.map((category) => category.id).concat('0'))
  content.categories.push({ id, title: nothing(), groups: [{ id: `${id}.0`, title: null, indicators: [] }] })
  return String(content.categories.length - 1)
}

export function addGroup(content: Checklist, at: string): string {
  const category = content.categories[Number(at)]!
  const ids = content.categories.flatMap((one) => one.groups.map((group) => group.id))
  category.groups.push({ id: nextId(ids, `${category.id}.`), title: nothing(), indicators: [] })
  return `${at}.${category.groups.length - 1}`
}

export function moved<T>(list: T[], from: number, by: -1 | 1): T[] {
  const to = from + by
  if (to < 0 || to >= list.length) return list
  const next = [...list]
  next.splice(to, 0, ...next.splice(from, 1))
  return next
}

/** The same list with other members: whoever holds it sees them. */
export function refill<T>(list: T[], next: T[]): void {
  list.splice(0, list.length, ...next)
}

/** A draft may come from a file with gaps: a form needs its lists to be lists. Adds what is absent, changes nothing else. */
export function whole(content: Checklist): Checklist {
  const list = <T>(found: T[] | undefined | null): T[] => (Array.isArray(found) ? found : [])
  const words = (found: Partial<Words> | undefined | null): Words => ({ zh: found?.zh ?? '', en: found?.en ?? '' })
  return {
    ...content, title: words(content.title), source: { ...content.source, document: content.source?.document ?? '' },
    settings: list(content.settings), notes: list(content.notes),
    categories: list(content.categories).map((category) => ({
      ...category, title: words(category.title),
      groups: list(category.groups).map((group) => ({
        ...group, title: group.title ? words(group.title) : null,
        indicators: list(group.indicators).map((row) => ({
          ...row, title: words(row.title), text: words(row.text), source_text: row.source_text ?? '',
          method: list(row.method), evidence: list(row.evidence), measures: list(row.measures).map((one) => ({ ...one, text: words(one.text), unit: words(one.unit) })), notes: list(row.notes),
          ...(content.scheme === 'points' && { clauses: list(row.clauses).map((one) => ({ ...one, text: words(one.text) })) }),
          ...(content.scheme === 'tiers' && { tiers: row.tiers ?? {} }),
          ...(content.scheme === 'matrix' && { requirements: list(row.requirements).map((one) => ({ ...one, text: words(one.text), tiers: list(one.tiers) })) }),
        })),
      })),
    })),
  }
}

/** "2022.1" → "2022.2"; a version without a number at its end gets one. */
export function nextVersion(version: string, taken: string[]): string {
  const [, stem, number] = /^(.*?)(\d+)?$/.exec(version)!
  let n = number === undefined ? 2 : Number(number) + 1
  const name = () => (number === undefined ? `${version}.${n}` : `${stem}${n}`)
  while (taken.includes(name())) n++
  return name()
}

/** Ids of the rows that differ between two states of a draft, in the order of the first. */
export function differing(one: Checklist, other: Checklist): string[] {
  const all = (content: Checklist) => new Map(placesOf(content).map(({ row }) => [row.id, JSON.stringify(row)]))
  const [a, b] = [all(one), all(other)]
  return [...new Set([...a.keys(), ...b.keys()])].filter((id) => a.get(id) !== b.get(id))
}

export const freshBand = (grades: Grades): Grades['bands'][number] => {
  const from = Math.max(0, ...grades.bands.map((band) => (Number.isInteger(band.to) ? band.to : 0))) + 1
  return { id: nextId(grades.bands.map((band) => band.id)), title: nothing(), from, to: from, bonus: '0' }
}
export const freshGrades = (): Grades => ({ valid_years: 1, bands: [{ id: 'a', title: nothing(), from: 1, to: 1, bonus: '0' }], none: { zh: '不予评定等级', en: 'No grade' }, downgrades: [] })
export const freshDowngrade = (grades: Grades): Grades['downgrades'][number] => ({ id: nextId(grades.downgrades.map((one) => one.id)), text: nothing(), steps: 1 })

export function freshSetting(used: string[]): Setting {
  return { id: nextId(used, 'reading_'), value: 'a', choices: ['a', 'b'], text: nothing(), words: { a: nothing(), b: nothing() } }
}

export function addChoice(setting: Setting): void {
  const id = nextId(setting.choices)
  setting.choices.push(id)
  setting.words = { ...setting.words, [id]: nothing() }
}

/** Another name for a choice, wherever it is named. Nothing happens where the name is empty or taken. */
export function renameChoice(setting: Setting, from: string, to: string): void {
  if (!to || setting.choices.includes(to)) return
  const swap = (id: string) => (id === from ? to : id)
  refill(setting.choices, setting.choices.map(swap))
  if (setting.value === from) setting.value = to
  if (setting.words) setting.words = Object.fromEntries(Object.entries(setting.words).map(([id, words]) => [swap(id), words]))
  for (const aim of setting.sets ?? []) if (aim.when) aim.when = aim.when.map(swap)
}

/** The reading in force cannot be taken away. */
export function removeChoice(setting: Setting, id: string): void {
  if (setting.value === id) return
  refill(setting.choices, setting.choices.filter((one) => one !== id))
  if (setting.words) setting.words = Object.fromEntries(Object.entries(setting.words).filter(([one]) => one !== id))
  for (const aim of setting.sets ?? []) if (aim.when) aim.when = aim.when.filter((one) => one !== id)
}

/** Takes another reading of an open question, and writes it into the fields that show it. */
export function chooseReading(content: Checklist, setting: Setting, value: string): void {
  setting.value = value
  const rows = new Map(placesOf(content).map(({ row }) => [row.id, row]))
  for (const aim of setting.sets ?? []) {
    const row = rows.get(aim.indicator)
    const holder = aim.tier !== undefined ? row?.tiers?.[aim.tier] : aim.clause === undefined ? row : row?.clauses?.find((clause) => clause.id === aim.clause)
    if (holder) Object.assign(holder, { [aim.field]: aim.when ? aim.when.includes(value) : value })
  }
}
