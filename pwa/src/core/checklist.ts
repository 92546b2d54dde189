/**
 * What a checklist is: the types of format 1. The JSON that the server serves is the model; nothing is copied.
 * The twin of `server/mingcha/core/checklist/model.py`. Decimals are strings.
 */

import Big from 'big.js'

export interface Words {
  zh: string
  en: string
}

export type Scheme = 'points' | 'tiers' | 'matrix' | 'conformity'
export type Method = 'on_site' | 'document' | 'system' | 'interview' | 'sampling'
export type Place = 'outside' | 'hall' | 'window' | 'files' | 'system'
export type Aspect = 'people' | 'space' | 'order' | 'items' | 'equipment' | 'documents'
export type PhotoKind = 'signage' | 'layout' | 'badge' | 'document' | 'equipment' | 'scene'

export interface Checklist {
  format: 1
  slug: string
  version: string
  replaces: { version: string; note: Words } | null
  title: Words
  source: { document: string; issued?: string; seed?: string }
  scheme: Scheme
  /** points only */
  full_marks?: string
  /** tiers and matrix only; weakest first */
  tiers?: Tier[]
  settings: Setting[]
  notes: Note[]
  grades?: Grades
  categories: Category[]
}

export interface Tier {
  id: string
  title: Words
}

/**
 * A question that the source leaves open. `words` names the choices for a reader; `at` is the indicator it is about;
 * `sets` are the fields that take the choice.
 */
export interface Setting {
  id: string
  value: string
  choices: string[]
  text: Words
  words?: Record<string, Words>
  at?: string | null
  sets?: Aim[]
}

/** A field that takes the choice; with `when`, a yes or no that holds under those choices and under no other. */
export interface Aim {
  indicator: string
  clause?: string
  tier?: string
  field: string
  when?: string[]
}

/** A doubt about the source and the reading chosen. `code`: the lint rule that this doubt answers. */
export interface Note {
  at?: string | null
  text: Words
  code?: string
}

export interface Category {
  id: string
  title: Words
  groups: Group[]
}

export interface Group {
  id: string
  title: Words | null
  indicators: Indicator[]
}

export interface Indicator {
  id: string
  title: Words
  text: Words
  source_text: string
  method: Method[]
  place: Place
  aspect: Aspect
  evidence: Evidence[]
  measures: Measure[]
  notes: Note[]
  /** points only */
  full_marks?: string
  clauses?: Clause[]
  /** tiers only: by tier id */
  tiers?: Record<string, TierDemand>
  /** matrix only */
  requirements?: Requirement[]
}

export interface Evidence {
  kind: PhotoKind
  min: number
  when: 'always' | 'deduction'
}

export interface Measure {
  id: string
  text: Words
  unit: Words
  type: 'number' | 'percent' | 'count'
  min?: string | null
  max?: string | null
  decimals: number
}

export interface Threshold {
  measure: string
  at_least: string
}

export interface TierDemand {
  necessary: boolean
  thresholds?: Threshold[]
}

export interface Requirement {
  id: string
  text: Words
  tiers: string[]
  implies?: string[]
  threshold?: Threshold | null
}

interface ClauseCommon {
  id: string
  /** The reason sentence, already written. */
  text: Words
  cap?: string
  phrases?: Words[]
}

export type Clause = ClauseCommon &
  (
    | { kind: 'each'; per: string; unit: Words }
    | { kind: 'missing'; per: string; items: { id: string; text: Words }[] }
    | { kind: 'shortfall'; measure: string; target: string; step: string; per: string; parts: 'whole' | 'proportional' }
    | { kind: 'sample'; per: string; cases: number; unit: Words }
    | { kind: 'rank'; measure: string; first: string; step: string; from: number; rest: string }
    | { kind: 'judge'; max: string; rubric: Words }
    | { kind: 'all_or_nothing'; points: string }
    | { kind: 'award'; points: string }
    | { kind: 'forfeit' }
  )

export interface Grades {
  valid_years: number
  bands: { id: string; title: Words; from: number; to: number; bonus: string }[]
  none: Words
  downgrades: { id: string; text: Words; steps: number }[]
}

/** Every indicator by its id, in the order of the source. */
export function indicatorsOf(checklist: Checklist): Map<string, Indicator> {
  const found = new Map<string, Indicator>()
  for (const category of checklist.categories)
    for (const group of category.groups)
      for (const indicator of group.indicators) found.set(indicator.id, indicator)
  return found
}

/** 30天, 30 days; 90%, 90%: in English a word or a letter stands apart from its figure, a sign does not. Twin: `Measure.with_unit`. */
export function withUnit(measure: Pick<Measure, 'unit'>, figure: string): Words {
  const { zh, en } = measure.unit
  return { zh: `${figure}${zh}`, en: `${figure}${/^\p{L}/u.test(en) ? ' ' : ''}${en}` }
}

/** Setting id → the choice in force: the file's own, or the campaign's where it chose another on offer. */
export function readings(checklist: Checklist, overrides: Readonly<Record<string, string>> = {}): Record<string, string> {
  const inForce: Record<string, string> = {}
  for (const { id, value, choices } of checklist.settings) {
    const wanted = Object.hasOwn(overrides, id) ? overrides[id] : undefined
    inForce[id] = wanted !== undefined && choices.includes(wanted) ? wanted : value
  }
  return inForce
}

/**
 * The checklist with the chosen readings written into its figures; the same object when nothing differs.
 * The file itself always shows the default. Twin: `fill_in` in `settings.py`.
 */
export function under(checklist: Checklist, overrides: Readonly<Record<string, string>> = {}): Checklist {
  const chosen = readings(checklist, overrides)
  const aims = checklist.settings
    .filter(({ id, value }) => chosen[id] !== value)
    .flatMap(({ id, sets }) => (sets ?? []).map((aim) => ({ ...aim, choice: chosen[id]! })))
  if (!aims.length) return checklist
  const filled = JSON.parse(JSON.stringify(checklist)) as Checklist
  const indicators = indicatorsOf(filled)
  for (const { indicator: id, clause: clauseId, tier, field, when, choice } of aims) {
    const indicator = indicators.get(id)!
    const holder: object = tier
      ? indicator.tiers![tier]!
      : clauseId ? indicator.clauses!.find((clause) => clause.id === clauseId)! : indicator
    if (!clauseId && field === 'full_marks')
      filled.full_marks = new Big(filled.full_marks!).plus(choice).minus(indicator.full_marks!).toFixed()
    Object.assign(holder, { [field]: when ? when.includes(choice) : choice })
  }
  return filled
}
