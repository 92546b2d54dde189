/** What is kept from tap to tap never shows: a result is the one that an engine without memory gives. */

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Json } from '../canonical'
import { indicatorsOf, type Checklist, type Indicator } from '../checklist'
import { fold, type Op } from '../oplog'
import { score, standing, type Result, type Settings } from '.'

const read = (name: string): Checklist =>
  JSON.parse(readFileSync(new URL(`../../../../tests/vectors/scoring/lists/${name}.json`, import.meta.url), 'utf8')) as Checklist

/** The same numbers at every run. */
function diceOf(seed: number): <T>(choices: readonly T[]) => T {
  return (choices) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0
    return choices[(seed >>> 8) % choices.length]!
  }
}

const VERDICTS = ['met', 'not_met', 'not_applicable', null]
const FIGURES = ['100', '97', '85', '9９', '-1', 'x', null]

/** One tap on a random row by one of two people, who mostly have seen what stands there. */
function tap(choose: ReturnType<typeof diceOf>, rows: Indicator[], ops: Op[]): Op {
  const row = choose(rows)
  const parts: (readonly [Op['kind'], string, Json])[] = [['set', `answer/${row.id}/verdict`, choose(VERDICTS)]]
  for (const { id } of row.measures) parts.push(['set', `answer/${row.id}/measure/${id}`, choose(FIGURES)])
  for (const { id } of row.requirements ?? []) parts.push(['set', `answer/${row.id}/requirement/${id}`, choose(VERDICTS)])
  for (const { id, kind } of row.clauses ?? []) {
    if (kind === 'judge' || kind === 'award') parts.push(['set', `answer/${row.id}/award/${id}`, choose(['0', '1', '9', null])])
    else parts.push(['add', `finding/${row.id}:${id}`, { indicator: row.id, clause: id, item: null, case: choose([1, 11]) }])
    parts.push(['set', `finding/${row.id}:${id}/count`, choose([1, 2, 5])])
  }
  parts.push(['add', `photo/${row.id}`, { indicator: row.id, finding: null, kind: choose(['scene', 'badge']) }])
  parts.push(['set', `review/adjust/${row.id}`, choose([null, { points: '0.5', reason: '复核' }])])
  const [kind, target, value] = choose(parts)
  const seq = ops.length + 1
  const seen = ops.filter((op) => op.kind === kind && op.target === target && kind === 'set').map(({ id }) => id)
  const [one, other] = ['0', '1'].map((who) => `01930000-0000-7000-8000-bbbbbbbbbbb${who}`)
  return {
    id: `01930000-0000-7000-8000-${seq.toString(16).padStart(12, '0')}`, inspection: '01930000-0000-7000-8000-aaaaaaaaaaaa',
    device: 'phone', seq, at: '2026-11-22T03:00:00.000Z', kind, target, value, over: choose([seen, seen, seen, []]),
    author: choose([one, other])!,
  } as Op
}

function frozen<T>(it: T): T {
  if (it && typeof it === 'object') Object.values(Object.freeze(it)).forEach(frozen)
  return it
}

describe.each(['clauses', 'steps', 'rows', 'duties'])('on the checklist %s', (name) => {
  const checklist = read(name)
  const rows = [...indicatorsOf(checklist).values()]

  it('a score after each of 120 taps is the one worked out from nothing', () => {
    const choose = diceOf(name.length * 7919)
    const ops: Op[] = []
    const results: [Result, string][] = []
    for (let n = 0; n < 120; n++) {
      ops.push(tap(choose, rows, ops))
      const settings = choose<Settings>([{}, {}, {}, { not_applicable: 'excluded', parts: 'proportional', overall_tier: 'most_rows' }])
      const places = choose<Record<string, [number, number]>>([{}, {}, { 'rank/a': [2, 2] }, { 'rank/a': [3, 21] }])
      const state = fold(ops)
      const result = frozen(standing(checklist, state, settings, { places }))
      const text = JSON.stringify(result)
      expect(text).toBe(JSON.stringify(standing(structuredClone(checklist), state, settings, { places })))
      results.push([result, text])
    }
    for (const [result, text] of results) expect(JSON.stringify(result)).toBe(text)
  })

  it('an empty sheet after a full one is empty', () => {
    const sheet = { checklist: name, version: '1' }
    const full = Object.fromEntries(rows.map(({ id }) => [id, { verdict: 'not_applicable' }]))
    expect(score(checklist, { ...sheet, answers: full }).open).toEqual([])
    expect(score(checklist, sheet).open.length).toBe(rows.length)
  })
})
