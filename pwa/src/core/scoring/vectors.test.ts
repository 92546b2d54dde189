/** The vectors that pytest runs too (`tests/core/test_scoring_vectors.py`). */

import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { canonical, type Json } from '../canonical'
import type { Checklist, Measure } from '../checklist'
import { reading, score, shown, type LineState, type Places, type Sheet } from '.'

const read = <T>(path: string): T =>
  JSON.parse(readFileSync(new URL(`../../../../tests/vectors/scoring/${path}`, import.meta.url), 'utf8')) as T

const sha256 = (value: unknown): string => createHash('sha256').update(canonical(value as Json)).digest('hex')

interface Hand {
  why: string
  list?: string
  in: string
  answer?: NonNullable<Sheet['answers']>[string]
  findings?: [string | null, number?, (string | null)?, number?][]
  settings?: Record<string, string>
  place?: [number, number]
  adjustment?: { points: string; reason: string }
  expect: [string, string, LineState]
}

interface Generated {
  name: string
  list: string
  sheet: Sheet
  settings: Record<string, string>
  places: Places
  expect: Record<string, unknown>
}

describe('an indicator earns what was worked out by hand', () => {
  it.each(read<Hand[]>('hand.json'))('$in: $why', (one) => {
    const sheet: Sheet = {
      checklist: 'clauses', version: '1', answers: { [one.in]: one.answer ?? {} },
      findings: (one.findings ?? []).map(([clause, count, item, number], at) => ({
        id: `f${at}`, indicator: one.in, clause, count: count ?? 1, item: item ?? null, case: number ?? null,
      })),
      adjustments: one.adjustment ? { [one.in]: one.adjustment } : {},
    }
    const places = one.place ? { [`${one.in}/a`]: one.place } : {}
    const line = score(read<Checklist>(`lists/${one.list ?? 'clauses'}.json`), sheet, one.settings, { places }).lines.find(({ indicator }) => indicator === one.in)!
    expect([line.low, line.high, line.state]).toEqual(one.expect)
  })
})

interface Tiered {
  covers: string
  list: string
  answers: Record<string, string | Record<string, string>>
  requirements?: Record<string, string>
  denied?: Record<string, string>
  settings?: Record<string, string>
  expect: [string | null, string | null, string | null, string[]]
}

describe('a centre reaches the tier worked out by hand', () => {
  it.each(read<Tiered[]>('tiers.json'))('$covers', (one) => {
    const answers: Record<string, NonNullable<Sheet['answers']>[string]> = {}
    for (const [id, said] of Object.entries(one.answers)) answers[id] = typeof said === 'string' ? { verdict: said } : { measures: said }
    for (const [names, verdict] of [[one.requirements, 'met'], [one.denied, 'not_met']] as const)
      for (const [id, letters] of Object.entries(names ?? {}))
        for (const letter of letters) ((answers[id] ??= {}).requirements ??= {})[letter] = verdict
    const { tier } = score(read<Checklist>(`lists/${one.list}.json`), { checklist: one.list, version: '1', answers }, one.settings)
    const between = [...new Set(tier!.standing_between.map(({ indicator }) => indicator))].sort()
    expect([tier!.reached, tier!.possible, tier!.next, between]).toEqual([...one.expect.slice(0, 3), [...one.expect[3]].sort()])
  })
})

describe('a figure is read or refused', () => {
  const decimals: Record<string, number> = { percent: 2, count: 0 }
  it.each(read<[string, 'percent' | 'count' | null, string][]>('readings.json'))('%j as %s: %s', (text, type, expected) => {
    const measure: Measure | undefined = type ? { id: 'm', text: { zh: '', en: '' }, unit: { zh: '', en: '' }, type, decimals: decimals[type]! } : undefined
    const found = reading(text, measure)
    expect(typeof found === 'string' ? found : shown(found)).toBe(expected)
  })
})

describe('a sheet scores as it always did', () => {
  const lists = new Map<string, Checklist>()
  it.each(read<Generated[]>('generated.json'))('$name', ({ list, sheet, settings, places, expect: expected }) => {
    if (!lists.has(list)) lists.set(list, read<Checklist>(`lists/${list}.json`))
    const checklist = lists.get(list)!
    const result = score(checklist, sheet, settings, { places, digest: sha256(checklist) })
    const { low, high, full, open } = result
    expect({ low, high, full, open, reached: result.tier && result.tier.reached, digest: sha256(result) }).toEqual(expected)
  })
})
