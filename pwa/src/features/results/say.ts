/** How results are spoken of: figures with their unit, tiers, grades. */
import { marks, say, span } from '../../i18n'
import { w } from '../../i18n/results'
import type { Board, Grade, Mean, Scheme } from './server'

export const figure = (low: string, high: string, full: string, scheme: Scheme): string =>
  scheme === 'conformity' ? `${span(low, high)}%` : `${span(low, high)} / ${marks(full)}`

export const unit = (scheme: Scheme): string => w(`unit.${scheme}`)

export const place = ([best, worst]: [number, number]): string => (best === worst ? String(best) : `${best}–${worst}`)

export const mean = (of: Mean): string => (of.low === null || of.high === null ? '—' : span(of.low, of.high))

export const share = (of: Mean): string => (of.share_low === null || of.share_high === null ? '—' : `${span(of.share_low, of.share_high)}%`)

export const bandName = (board: Board, band: string | null): string => {
  if (band === 'open') return w('chart.band_open')
  return say(board.grades?.bands.find(({ id }) => id === band)?.title) || say(board.grades?.none) || w('chart.band_none')
}

export const tierName = (board: Board, tier: string | null): string => say(board.tiers.find(({ id }) => id === tier)?.title) || w('rank.none')

/** Lower or higher than the place alone would give; nothing where it is neither. */
export function moved(board: Board, grade: Grade): 'lowered' | 'moved_up' | undefined {
  const order = [...(board.grades?.bands.map(({ id }) => id) ?? []), null]
  const [band, now] = [order.indexOf(grade.band), order.indexOf(grade.now)]
  return now > band ? 'lowered' : now < band ? 'moved_up' : undefined
}

export const signed = (change: string): string => (change.startsWith('-') ? marks(change) : Number(change) ? `+${marks(change)}` : '0')
