/** What one clause takes or gives, and the arithmetic as a sentence. The twin of `server/mingcha/core/scoring/clauses.py`. */

import type { Clause, Indicator, Measure, Words } from '../checklist'
import { mayBeGone, remainders, type Facts, type Fault, type Said } from './facts'
import { divided, figure, greatest, least, reading, shown, span, type Figure } from './figures'
import type { Listed } from './once'

/** By "<indicator>/<clause>": the best and the worst place in the campaign. */
export type Places = Readonly<Record<string, readonly [number, number]>>

/** `low`, `high`: marks taken, or given where `most` (all that it can give) is set. `unknown`: an answer is wanted. */
export interface Take {
  low: Figure
  high: Figure
  zh: string
  en: string
  most?: Figure
  unknown?: boolean
  provisional?: boolean
  problem?: string | undefined
}

/** The circumstances in which a clause is read: one verdict, the findings under this clause. */
export interface Case {
  indicator: Indicator
  facts: Facts
  verdict: Said
  faults: Fault[]
  /** Some finding surely stands somewhere under the indicator. */
  anyFault: boolean
  places: Places
  full: Figure
  listed: Listed
}

type Of<K extends Clause['kind']> = Extract<Clause, { kind: K }>

export function take(clause: Clause, it: Case): Take {
  switch (clause.kind) {
    case 'each':
      return counted(clause, clause.unit.zh, clause.unit.en, occurrences(it.faults), it.full)
    case 'sample':
      // Where the unit is the case, a case is at fault once.
      return counted(clause, clause.unit.zh, clause.unit.en, clause.unit.zh === '件' ? distinct(it.faults, 'case', clause.cases) : occurrences(it.faults), it.full)
    case 'missing':
      return missing(clause, it)
    case 'shortfall':
      return shortfall(clause, it)
    case 'rank':
      return rank(clause, it)
    case 'judge':
      return judge(clause, it)
    case 'award':
      return award(clause, it)
    case 'all_or_nothing':
    case 'forfeit':
      return whole(clause, it)
  }
}

/** The most that this clause alone can take. */
export function limit(clause: Clause, full: Figure): Figure {
  const most = clause.kind === 'all_or_nothing' ? least(figure(clause.points), full) : full
  return clause.cap === undefined ? most : least(figure(clause.cap), most)
}

const NO_FAULT = { low: 0n, high: 0n, zh: '未发现问题', en: 'no fault found' }

type Count = readonly [fewest: number, most: number]

/** How often, at least and at most. */
function occurrences(faults: Fault[]): Count {
  const sum = (left: Fault[], end: 'fewest' | 'most') => left.reduce((n, fault) => n + fault[end], 0)
  return faults.length ? [Math.min(...remainders(faults).map((left) => sum(left, 'fewest'))), sum(faults, 'most')] : [0, 0]
}

/** How many items are absent, or cases at fault. A finding that names none is one of its own. */
function distinct(faults: Fault[], what: 'item' | 'case', limit: number): Count {
  const size = (left: Fault[]) => Math.min(new Set(left.map((fault) => fault[what] || `finding ${fault.id}`)).size, limit)
  return faults.length ? [Math.min(...remainders(faults).map(size)), size(faults)] : [0, 0]
}

function missing(clause: Of<'missing'>, it: Case): Take {
  const alone = distinct(it.faults, 'item', clause.items.length)
  const count = it.listed.get(clause.id) ?? alone
  const taken = counted(clause, '项', 'item', count, it.full)
  const elsewhere = alone[1] - count[1]
  if (!elsewhere) return taken
  return count[1]
    ? { ...taken, zh: `${taken.zh}（另${elsewhere}项已在别款扣分）`, en: `${taken.en} (${elsewhere} more under another clause)` }
    : { ...taken, zh: `${clause.text.zh}：${elsewhere}项已在别款扣分`, en: `${clause.text.en}: ${elsewhere} deducted under another clause` }
}

function counted(
  clause: Of<'each' | 'sample' | 'missing'>, unitZh: string, unitEn: string, [fewest, most]: Count, full: Figure,
): Take {
  if (!most) return { ...NO_FAULT }
  const per = figure(clause.per)
  const [low, high] = [per * BigInt(fewest), per * BigInt(most)]
  const times = between(fewest, most)
  const [each, sum] = [shown(per), span(low, high)]
  return capped(
    clause, full, low, high,
    `${clause.text.zh}：${times}${unitZh} × ${each} = ${sum}`,
    `${clause.text.en}: ${times} × ${each} per ${unitEn} = ${sum}`,
  )
}

const between = (fewest: number | bigint, most: number | bigint): string => (fewest === most ? `${most}` : `${fewest}–${most}`)

function capped(clause: Clause, full: Figure, low: Figure, high: Figure, zh: string, en: string): Take {
  const ceiling = limit(clause, full)
  if (high <= ceiling) return { low, high, zh, en }
  return { low: least(low, ceiling), high: ceiling, zh: `${zh}，至多扣${shown(ceiling)}`, en: `${en}, at most ${shown(ceiling)}` }
}

/** All that it can take as soon as there is one finding. */
function whole(clause: Clause, it: Case): Take {
  if (!it.faults.length) return { ...NO_FAULT }
  const high = limit(clause, it.full)
  const low = mayBeGone(it.faults) ? 0n : high
  return { low, high, ...wholeWords(clause, span(low, high)) }
}

export const wholeWords = ({ text }: Clause, lost: string): Words => ({ zh: `${text.zh}：扣${lost}`, en: `${text.en}: ${lost} lost` })

function shortfall(clause: Of<'shortfall'>, it: Case): Take {
  const ceiling = limit(clause, it.full)
  const read = readings(it, clause.measure)
  const blank: Take =
    read.blank && it.verdict === 'met' && !read.problem
      ? { low: 0n, high: 0n, zh: '达标', en: 'met' }
      : { low: 0n, high: ceiling, zh: '指标值未填写', en: 'figure not filled in', unknown: true, problem: read.problem }
  if (!read.figures.length) return blank
  const [per, step] = [figure(clause.per), figure(clause.step)]
  const [best, worst] = [greatest(...read.figures), least(...read.figures)]
  const lost = (value: Figure) =>
    clause.parts === 'whole' ? per * (gapOf(clause, value) / step) : divided(per * gapOf(clause, value), step, 100n)
  const [low, high] = [lost(best), lost(worst)]
  const { zh, en } = shortfallWords(clause, it.indicator.measures.find(({ id }) => id === clause.measure), best, worst, span(low, high))
  const taken = capped(clause, it.full, low, high, zh, en)
  if (!read.blank && !read.problem) return taken
  return {
    ...taken, low: least(taken.low, blank.low), high: greatest(taken.high, blank.high), unknown: !!blank.unknown,
    problem: read.problem,
  }
}

const gapOf = (clause: Of<'shortfall'>, value: Figure): Figure => greatest(figure(clause.target) - value, 0n)

/** As in “99.95%，差0.05个百分点，每差0.01个百分点扣0.2：5 × 0.2 = 1”. */
function shortfallWords(clause: Of<'shortfall'>, measure: Measure | undefined, best: Figure, worst: Figure, lost: string): Words {
  const rate = measure?.type === 'percent'
  const unit = measure?.unit.zh ?? ''
  const gapUnit = rate ? '个百分点' : unit
  const [value, gap] = [span(worst, best), span(gapOf(clause, best), gapOf(clause, worst))]
  const [step, per] = [figure(clause.step), shown(figure(clause.per))]
  const sum = `${between(gapOf(clause, best) / step, gapOf(clause, worst) / step)} × ${per} = ${lost}`
  const whole = clause.parts === 'whole'
  return {
    zh: `${clause.text.zh}：${value}${unit}，差${gap}${gapUnit}，每差${shown(step)}${gapUnit}扣${per}：${whole ? sum : `按比例计${lost}`}`,
    en: `${clause.text.en}: ${value}${rate ? '%' : ''} is ${gap}${rate ? ' points' : ''} short, ${per} for each ${shown(step)}: ${whole ? sum : `in proportion ${lost}`}`,
  }
}

function rank(clause: Of<'rank'>, it: Case): Take {
  const read = readings(it, clause.measure)
  const [first, rest, step] = [figure(clause.first), figure(clause.rest), figure(clause.step)]
  const place = it.places[`${it.indicator.id}/${clause.id}`]
  const state = { most: first, unknown: read.blank || !!read.problem, problem: read.problem }
  if (!place) {
    const low = least(rest, first)
    const marks = span(low, first)
    return { low, high: first, zh: `名次待批次结束后确定，记${marks}`, en: `place open until the campaign closes: ${marks}`, ...state, provisional: true }
  }
  const [best, worst] = place
  const marksAt = (at: number) => (at >= clause.from ? rest : greatest(first - step * BigInt(at - 1), 0n))
  const [high, low] = [marksAt(best), marksAt(worst)]
  const where = between(best, worst)
  return {
    low, high, zh: `${clause.text.zh}：第${where}名，记${span(low, high)}`, en: `${clause.text.en}: place ${where}, ${span(low, high)}`,
    ...state, provisional: best !== worst,
  }
}

function judge(clause: Of<'judge'>, it: Case): Take {
  const most = figure(clause.max)
  const { figures, blank, problem } = awards(it, clause.id, most)
  const byVerdict = blank && it.verdict === 'met' && !problem
  if (byVerdict) figures.push(most)
  if ((blank && !byVerdict) || problem) return { low: 0n, high: most, zh: '待评定', en: 'not judged yet', most, unknown: true, problem }
  const [low, high] = [least(...figures), greatest(...figures)]
  const marks = span(low, high)
  const of = most === it.full ? '' : `（此款满分${shown(most)}）`
  return { low, high, zh: `${clause.text.zh}：评定为${marks}${of}`, en: `${clause.text.en}: judged ${marks} of ${shown(most)}`, most }
}

/** Begins at zero: whoever answers and does not award, does not give. A finding under it denies it. */
function award(clause: Of<'award'>, it: Case): Take {
  const most = figure(clause.points)
  const read = awards(it, clause.id, most)
  let { figures, blank } = read
  const sure = !mayBeGone(it.faults)
  if (it.faults.length) figures = sure ? [0n] : [...figures, 0n]
  if (blank && !sure && !read.problem && (it.verdict !== null || it.anyFault)) {
    figures.push(it.verdict === 'met' ? most : 0n)
    blank = false
  }
  if (!sure && (blank || read.problem))
    return { low: 0n, high: most, zh: '待认定', en: 'not decided yet', most, unknown: true, problem: read.problem }
  const [low, high] = [least(...figures), greatest(...figures)]
  const marks = span(low, high)
  return {
    low, high, most,
    zh: `${clause.text.zh}：${high ? `认定，记${marks}` : '未认定'}`, en: `${clause.text.en}: ${high ? `awarded ${marks}` : 'not awarded'}`,
  }
}

interface Readings {
  figures: Figure[]
  /** None may have been said. */
  blank: boolean
  problem: string | undefined
}

function awards(it: Case, clause: string, most: Figure): Readings {
  return read(it.facts.awards[clause], (text) => {
    const found = reading(text)
    return typeof found === 'bigint' && found > most ? 'sheet.award_too_high' : found
  })
}

function readings(it: Case, measure: string): Readings {
  const known = it.indicator.measures.find(({ id }) => id === measure)
  return read(it.facts.measures[measure], (text) => reading(text, known))
}

function read(texts: Said[] | undefined, one: (text: string) => Figure | string): Readings {
  const found: Readings = { figures: [], blank: !texts?.length, problem: undefined }
  for (const text of texts ?? []) {
    if (text === null) {
      found.blank = true
      continue
    }
    const value = one(text)
    if (typeof value === 'string') found.problem = value
    else found.figures.push(value)
  }
  return found
}
