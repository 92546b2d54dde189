/** Scheme `conformity`: met or not met, as rates over what applies. The twin of `server/mingcha/core/scoring/conformity.py`. */

import type { Words } from '../checklist'
import { mayBeGone, type Facts } from './facts'
import { divided, HUNDRED, ONE, type Figure } from './figures'
import type { LineState } from './result'

const [LOST, OUT, MET] = [0, 1, 2]

/** The worst and the best that one indicator may turn out: 2 met, 1 does not apply, 0 not met. */
export interface Duty {
  worst: number
  best: number
  state: LineState
  unknown: boolean
}

export function duty(facts: Facts): Duty {
  const seen = new Set<number>()
  let unknown = false
  for (const faults of facts.faults) {
    const gone = mayBeGone(faults)
    for (const verdict of facts.verdicts) {
      if (verdict === 'not_applicable') {
        seen.add(OUT)
        continue
      }
      if (faults.length) {
        seen.add(LOST)
        if (!gone && !(facts.metRemoves && verdict === 'met')) continue
      }
      if (verdict === null) {
        unknown = true
        seen.add(LOST).add(MET)
      } else {
        seen.add(verdict === 'met' ? MET : LOST)
      }
    }
  }
  const [worst, best] = [Math.min(...seen), Math.max(...seen)]
  const settled = (['lost', 'not_applicable', 'met'] as const)[best]!
  return { worst, best, state: facts.contested ? 'conflict' : worst !== best ? 'open' : settled, unknown }
}

export const STATE_WORDS: Record<LineState, Words> = {
  met: { zh: '符合', en: 'met' },
  lost: { zh: '不符合', en: 'not met' },
  open: { zh: '尚未检查', en: 'not checked yet' },
  not_applicable: { zh: '不适用', en: 'does not apply' },
  conflict: { zh: '有分歧待定', en: 'disagreement open' },
}

/** Lowest and highest rate in percent, rounded half up to two places, and 100 — or 0 where nothing applies. */
export function rate(duties: Duty[]): [Figure, Figure, Figure] {
  const worst = rateOf(duties.map((each) => each.worst))
  const best = rateOf(duties.map((each) => each.best))
  if (worst === null && best === null) return [0n, 0n, 0n]
  return [worst ?? HUNDRED, best ?? 0n, HUNDRED]
}

function rateOf(values: number[]): Figure | null {
  const met = values.filter((value) => value === MET).length
  const all = values.filter((value) => value !== OUT).length
  return all ? divided(HUNDRED * BigInt(met) * ONE, BigInt(all) * ONE, 10_000n) : null
}
