/** What the registry holds, as its lists and its form show it. Knows no server and no screen. */
import type { RegistryKey } from '../../i18n/registry'

export const KINDS = ['regions', 'sites', 'people'] as const
export type Kind = (typeof KINDS)[number]

/** A row as the server lists it, by column key; people also have `account`, `name` and `scope`. */
export type Entry = Record<string, unknown>
/** A row as a sheet would have it: every cell a text. */
export type Cells = Record<string, string>

export interface Column {
  key: string
  /** Its heading in the sheets, by which the server names it. */
  heading: string
  label: RegistryKey
  hint?: RegistryKey
  form?: 'region' | 'state' | 'yes_no' | 'figure'
  wanted?: boolean
  /** Tells which entry it is. */
  key_of_row?: boolean
}

export const COLUMNS: Record<Kind, Column[]> = {
  regions: [
    { key: 'code', heading: '区划代码', label: 'column.code', form: 'figure', wanted: true, key_of_row: true },
    { key: 'name_zh', heading: '名称', label: 'column.name_zh', wanted: true },
    { key: 'name_en', heading: '英文名称', label: 'column.name_en' },
  ],
  sites: [
    { key: 'code', heading: '点位编号', label: 'column.site_code', wanted: true, key_of_row: true },
    { key: 'region', heading: '区划代码', label: 'column.region', form: 'region', wanted: true },
    { key: 'name_zh', heading: '名称', label: 'column.name_zh', wanted: true },
    { key: 'name_en', heading: '英文名称', label: 'column.name_en' },
    { key: 'address', heading: '地址', label: 'column.address' },
    { key: 'lat', heading: '纬度', label: 'column.lat', form: 'figure' },
    { key: 'lon', heading: '经度', label: 'column.lon', form: 'figure' },
    { key: 'windows', heading: '窗口数', label: 'column.windows', form: 'figure' },
    { key: 'person', heading: '责任人', label: 'column.person' },
    { key: 'hours', heading: '开放时间', label: 'column.hours', hint: 'edit.hours' },
    { key: 'active', heading: '状态', label: 'column.active', form: 'state' },
  ],
  people: [
    { key: 'username', heading: '用户名', label: 'column.username', wanted: true, key_of_row: true },
    { key: 'unit', heading: '单位', label: 'column.unit' },
    { key: 'qualifications', heading: '资格', label: 'column.qualifications', hint: 'edit.several' },
    { key: 'own_town', heading: '本人户籍或居住地', label: 'column.own_town', hint: 'edit.codes' },
    { key: 'relative', heading: '亲属任职地', label: 'column.relative', hint: 'edit.codes' },
    { key: 'former_post', heading: '曾任职地', label: 'column.former_post', hint: 'edit.codes' },
    { key: 'named', heading: '其他回避点位', label: 'column.named', hint: 'edit.site_codes' },
    { key: 'available', heading: '可参加', label: 'column.available', form: 'yes_no' },
  ],
}

const TIES = ['own_town', 'relative', 'former_post', 'named'] as const

/** The cell as a sheet has it: lists by 、, yes and no as words, nothing as an empty cell. */
export function cellOf(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (Array.isArray(value)) return value.map(String).join('、')
  if (typeof value === 'boolean') return value ? '是' : '否'
  return String(value)
}

/** The form's row; a new site is open. */
export function cellsOf(kind: Kind, entry: Entry | undefined): Cells {
  const empty: Cells = kind === 'sites' ? { active: '在用' } : {}
  return Object.fromEntries(COLUMNS[kind].map(({ key }) => [key, entry ? cellOf(entry[key]) : (empty[key] ?? '')]))
}

/** The code that was registered before there were codes is missing: then region and name tell which site it is. */
export const isUncoded = (kind: Kind, entry: Entry | undefined): boolean => kind === 'sites' && entry !== undefined && !entry['code']

export function isFixed(kind: Kind, column: Column, entry: Entry | undefined): boolean {
  if (!entry) return false
  return isUncoded(kind, entry) ? column.key === 'region' || column.key === 'name_zh' : Boolean(column.key_of_row)
}

export const tiesOf = (entry: Entry): number => TIES.reduce((sum, tie) => sum + ((entry[tie] as unknown[] | undefined)?.length ?? 0), 0)

/** As they lie: by region, then by code, then by name. */
export function inOrder(entries: Entry[]): Entry[] {
  const key = (entry: Entry) => ['region', 'code', 'name_zh', 'username'].map((part) => cellOf(entry[part])).join(' ')
  return [...entries].sort((a, b) => (key(a) < key(b) ? -1 : 1))
}

/** Entries in which all the words stand, wherever. */
export function findEntries(entries: Entry[], words: string): Entry[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean)
  if (!wanted.length) return entries
  return entries.filter((entry) => {
    const text = Object.values(entry).map((value) => (value && typeof value === 'object' && !Array.isArray(value) ? Object.values(value).join(' ') : cellOf(value))).join(' ').toLowerCase()
    return wanted.every((word) => text.includes(word))
  })
}

export interface Fault { row: number; column: string | null; code: string; severity: 'error' | 'note'; message: { zh: string; en: string } }
export interface Counts { rows: number; new: number; changed: number; same: number; faulty: number; errors: number }
export interface Change { row: number; id: string; name: { zh: string; en: string }; new: boolean; fields: string[] }
export interface Preview { counts: Counts; faults: Fault[]; changes: Change[]; digest: string }
export interface Import { id: string; kind: Kind; at: string; by: string | null; by_name: string | null; counts: Counts; undone_at: string | null; undoable?: boolean; faults?: Fault[] }

/** The column that a fault names, where it is one of ours. */
export const columnOf = (kind: Kind, fault: Pick<Fault, 'column'>): Column | undefined => COLUMNS[kind].find(({ heading }) => heading === fault.column)

/** By the column that it stands in; '' for those that belong to no field of the form. */
export function faultsByField(kind: Kind, faults: Fault[]): Map<string, Fault[]> {
  const found = new Map<string, Fault[]>()
  for (const fault of faults) {
    const key = columnOf(kind, fault)?.key ?? ''
    found.set(key, [...(found.get(key) ?? []), fault])
  }
  return found
}

/** The label of a changed field, as the server names it: `name` and `ties` stand for several columns. */
export function fieldLabel(kind: Kind, field: string): RegistryKey | undefined {
  if (field === 'name') return 'column.name'
  if (field === 'ties') return 'column.ties'
  return COLUMNS[kind].find(({ key }) => key === field)?.label
}
