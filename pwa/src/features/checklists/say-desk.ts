/** A checklist's fields, values and figures in words: for reading, comparing and for naming where a fault lies. */
import { withUnit, type Clause, type Indicator, type Measure, type Threshold, type Tier } from '../../core/checklist'
import { marks, say, t, type Key } from '../../i18n'
import { isDeskKey, w, type DeskKey } from '../../i18n/desk'
import { kindName, methodName } from '../shared/choices'

/** `clauses[a].per` → “Clause a · Marks each time”; what has no word stays as it is written. */
export function pathWords(path: string): string {
  return path.split('.').filter(Boolean).map((part) => {
    const [, name = part, id] = /^([^[]*)(?:\[(.*)\])?$/.exec(part) ?? []
    const key = `field.${name}`
    return [isDeskKey(key) ? w(key) : name, id].filter((word) => word !== undefined && word !== '').join(' ')
  }).join(' · ')
}

export function valueWords(path: string, value: unknown): string {
  if (value === null || value === undefined) return w('value.absent')
  if (typeof value === 'boolean') return w(value ? 'value.yes' : 'value.no')
  const text = String(value)
  const name = /([a-z_]+)(?:\[[^\]]*\])?$/.exec(path)?.[1] ?? ''
  if (path.startsWith('method')) return methodName(text as never)
  if (/evidence\[.*\.kind$/.test(path)) return kindName(text)
  if (name === 'place' || name === 'aspect') return t(`${name}.${text}` as Key)
  const key = `${name}.${text}`
  return isDeskKey(key) ? w(key) : /^-?\d+(\.\d+)?$/.test(text) ? marks(text) : text
}

export const clauseKind = (kind: Clause['kind']): string => w(`kind.${kind}` as DeskKey)

/** What a clause does to the marks, in one line. */
export function clauseFigures(clause: Clause, row: Pick<Indicator, 'measures'>): string {
  const cap = clause.cap === undefined ? [] : [w('clause.cap', { cap: marks(clause.cap) })]
  return [figures(clause, row), ...cap].join(w('list.comma'))
}

function figures(clause: Clause, row: Pick<Indicator, 'measures'>): string {
  const named = (id: string) => say(row.measures.find((one) => one.id === id)?.text) || id
  switch (clause.kind) {
    case 'each': return w('clause.each', { per: marks(clause.per), unit: say(clause.unit) })
    case 'missing': return w('clause.missing', { per: marks(clause.per), n: clause.items.length })
    case 'shortfall': return `${w('clause.shortfall', { measure: named(clause.measure), target: marks(clause.target), step: marks(clause.step), per: marks(clause.per) })}${w('list.comma')}${w(`parts.${clause.parts}` as DeskKey)}`
    case 'sample': return w('clause.sample', { per: marks(clause.per), n: clause.cases, unit: say(clause.unit) })
    case 'rank': return w('clause.rank', { measure: named(clause.measure), first: marks(clause.first), step: marks(clause.step), n: clause.from, rest: marks(clause.rest) })
    case 'judge': return w('clause.judge', { max: marks(clause.max) })
    case 'all_or_nothing': return w('clause.all_or_nothing', { points: marks(clause.points) })
    case 'award': return w('clause.award', { points: marks(clause.points) })
    case 'forfeit': return w('clause.forfeit')
  }
}

export function measureWords(measure: Measure): string {
  const bounds = measure.min && measure.max ? `${marks(measure.min)}–${marks(measure.max)}` : measure.max ? `≤ ${marks(measure.max)}` : measure.min && measure.min !== '0' ? `≥ ${marks(measure.min)}` : ''
  return [say(measure.unit), bounds, measure.decimals ? w('measure.decimals', { n: measure.decimals }) : ''].filter(Boolean).join(' · ')
}

export function thresholdWords(threshold: Threshold, measures: Measure[]): string {
  const measure = measures.find((one) => one.id === threshold.measure)
  return `${say(measure?.text) || threshold.measure} ≥ ${measure ? say(withUnit(measure, marks(threshold.at_least))) : marks(threshold.at_least)}`
}

export const tierNames = (ids: string[], tiers: Tier[]): string => ids.map((id) => say(tiers.find((tier) => tier.id === id)?.title) || id).join(w('list.and'))

/** Where in a file something stands: sheet, row and column of a workbook, else the path in words. */
export function placeWords(one: { path: string; sheet?: string; row?: number; column?: string | number }): string {
  const cell = [one.sheet, one.row, one.column].filter((part) => part !== undefined && part !== null && part !== '').join(' · ')
  return cell || pathWords(one.path.replace(/^\$\.?/, ''))
}
