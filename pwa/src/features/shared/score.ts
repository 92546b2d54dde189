/** Two sums that a head shows beside the score; exact, like every figure. */
import Big from 'big.js'
import type { Result } from '../../core/scoring'

export const lost = (result: Result): string => new Big(result.full).minus(result.high).toFixed()
export const answered = (result: Result): number => result.lines.length - result.open.length
