/**
 * Figures as people write them and as marks are shown. A figure is a whole number of millionths (bigint): exact, small
 * and quick; no checklist and no reading has more than six decimals. The twin of `server/mingcha/core/scoring/figures.py`.
 */

import type { Measure } from '../checklist'

export type Figure = bigint

export const ONE = 1_000_000n
export const HUNDRED = 100n * ONE
const PLAIN = /^[0-9]+(\.[0-9]+)?$/
const BLANK = /^[ \t\r\n\u3000]+|[ \t\r\n\u3000]+$/g

/** The figure a text says, or the problem code why it says none. Full-width digits are digits; a comma is refused. */
export function reading(text: unknown, measure?: Measure): Figure | string {
  if (typeof text !== 'string') return 'measure.not_a_number'
  const plain = text
    .replace(BLANK, '')
    .replace(/[０-９．]/g, (wide) => (wide === '．' ? '.' : String.fromCharCode(wide.charCodeAt(0) - 0xfee0)))
  if (!plain) return 'measure.empty'
  if (/[,，]/.test(plain)) return 'measure.comma'
  if (/^[-−－]/.test(plain) && PLAIN.test(plain.slice(1))) return 'measure.negative'
  if (!PLAIN.test(plain)) return 'measure.not_a_number'
  const [all = '', after = ''] = plain.split('.')
  const whole = all.replace(/^0+/, '')
  const parts = after.replace(/0+$/, '')
  if (whole.length > 9) return 'measure.too_large'
  if (parts.length > (measure ? measure.decimals : 6)) return 'measure.too_precise'
  const found = BigInt(whole + parts.padEnd(6, '0'))
  return (measure && outOfBounds(found, measure)) || found
}

function outOfBounds(found: Figure, { type, min, max }: Measure): string | undefined {
  const most = max == null ? (type === 'percent' ? HUNDRED : null) : figure(max)
  if (most !== null && found > most) return type === 'percent' && most === HUNDRED ? 'measure.over_hundred' : 'measure.too_large'
  return min != null && found < figure(min) ? 'measure.too_small' : undefined
}

/** A decimal string of a checklist, which has been checked already. */
export function figure(text: string): Figure {
  const dot = text.indexOf('.')
  if (dot < 0) return BigInt(text) * ONE
  return BigInt(text.slice(0, dot) + text.slice(dot + 1).padEnd(6, '0'))
}

/** Without trailing zeros: "92.3", "100", "0". */
export function shown(value: Figure): string {
  const parts = value % ONE
  const whole = String(value / ONE)
  return parts ? `${whole}.${String(parts).padStart(6, '0').replace(/0+$/, '')}` : whole
}

/** One figure, or two with a dash between. */
export const span = (low: Figure, high: Figure): string => (low === high ? shown(low) : `${shown(low)}–${shown(high)}`)

/** numerator / denominator in steps of `unit` millionths, half up. Neither may be negative. */
export function divided(numerator: bigint, denominator: bigint, unit: bigint): Figure {
  const step = denominator * unit
  return ((2n * numerator + step) / (2n * step)) * unit
}

export const least = (...figures: Figure[]): Figure => figures.reduce((a, b) => (b < a ? b : a))
export const greatest = (...figures: Figure[]): Figure => figures.reduce((a, b) => (b > a ? b : a))
