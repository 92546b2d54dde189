/** The merge rules both languages follow, as tables. The same files are run by `tests/core/test_oplog_vectors.py`. */

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { canonical, type Json } from '../canonical'
import {
  conflicts, contradictions, fold, heads, inspectionState, outcomes, parseOp, RefusedOp, value, type Op,
} from './index'

type Row = Record<string, any>

const read = (name: string): Row =>
  JSON.parse(readFileSync(new URL(`../../../../tests/vectors/oplog/${name}`, import.meta.url), 'utf8')) as Row

const merge = read('merge.json')
const told = read('outcomes.json')
const parse = read('parse.json')
const generated = read('generated.json')

const opsOf = (rows: Row[], defaults: Row): Op[] => rows.map((row) => ({ ...defaults, ...row }) as Op)

describe('merge.json', () => {
  it.each(merge.cases as Row[])('$name', ({ ops, expect: expected }) => {
    const state = fold(opsOf(ops, merge.defaults))

    expect(Object.fromEntries(Object.keys(state.fields).map((target) => [target, heads(state, target).map((head) => head.op)])))
      .toEqual(expected.fields)
    expect(Object.fromEntries(Object.entries(state.elements).map(([target, { live, kept }]) =>
      [target, (live ? 'l' : '') + (kept ? 'k' : '')]))).toEqual(expected.elements)
    expect({ ...state.held }).toEqual(expected.held)
    expect(conflicts(state).map((conflict) => conflict.target)).toEqual(expected.conflicts)
    for (const [target, settled] of Object.entries(expected.value ?? {})) expect(value(state, target)).toEqual(settled)
    if (expected.contradictions) {
      const found = contradictions(state, merge.checklist)
      expect(found.map((one) => [one.code, ...one.about])).toEqual(expected.contradictions)
      if (expected.words) expect(found[0]!.text).toEqual(expected.words)
    }
    if (expected.inspection_state) expect(inspectionState(state)).toBe(expected.inspection_state)
    if (expected.inspection_state_published) {
      expect(inspectionState(state, { published: true })).toBe(expected.inspection_state_published)
    }
    if (expected.state) expect(canonical(state as unknown as Json)).toBe(expected.state)
  })
})

describe('outcomes.json', () => {
  it.each(told.cases as Row[])('$name', ({ before, batch, outcomes: expected }) => {
    expect(outcomes(opsOf(before, told.defaults), opsOf(batch, told.defaults))).toEqual(expected)
  })
})

describe('parse.json', () => {
  it.each(parse.cases as Row[])('$name', (given) => {
    const { text, raw } = asSent(given)
    if (given.code === null) {
      expect(parseOp(parseOp(raw))).toEqual(parseOp(text))
      return
    }
    for (const sent of [raw, text]) {
      const refused = refusal(() => parseOp(sent))
      expect(refused.code).toBe(given.code)
      if ('why' in given) expect(refused.details.why).toBe(given.why)
    }
    expect(({} as Row).polluted).toBeUndefined()
  })

  it.each([
    ['NaN', NaN, 'op.not_a_number'],
    ['infinity', Infinity, 'op.not_a_number'],
    ['undefined', undefined, 'op.malformed'],
    ['a date', new Date(0), 'op.malformed'],
    ['a bigint', 1n, 'op.malformed'],
  ])('%s, which JSON text cannot even say', (_, odd, code) => {
    expect(refusal(() => parseOp({ ...parse.base, value: odd })).code).toBe(code)
  })

  it.each(['{"id":', '', 'NaN'])('text that is no JSON: %s', (text) => {
    expect(refusal(() => parseOp(text)).code).toBe('op.bad_json')
  })
})

describe('generated.json', () => {
  it.each(generated.cases as Row[])('$name', (given) => {
    const history = (given.ops as Row[]).map(parseOp)

    const state = fold(history)

    expect(canonical(state as unknown as Json)).toBe(given.state)
    expect(conflicts(state).map((conflict) => conflict.target)).toEqual(given.conflicts)
    expect(contradictions(state, generated.checklist)).toEqual(given.contradictions)
    expect(inspectionState(state)).toBe(given.inspection_state)
    expect(outcomes(history.slice(0, given.batch_from), history.slice(given.batch_from))).toEqual(given.outcomes)
  })
})

function refusal(act: () => unknown): RefusedOp {
  try {
    act()
  } catch (refused) {
    if (refused instanceof RefusedOp) return refused
    throw refused
  }
  throw new Error('nothing was refused')
}

/** The case as text on the wire and as a JSON reader leaves it. */
function asSent(given: Row): { text: string; raw: unknown } {
  if ('raw' in given) return { text: JSON.stringify(given.raw), raw: given.raw }
  const raw: Row = { ...parse.base, ...given.with }
  for (const name of given.without ?? []) delete raw[name]
  const fill: Row = given.fill ?? {}
  if (fill.text) raw.value = (fill.of as string).repeat(fill.text)
  if (fill.items) raw.value = Array(fill.items).fill(0)
  if (fill.over) {
    raw.over = Array.from({ length: fill.over }, (_, i) => `018f0000-0000-7000-8000-${(256 + i).toString(16).padStart(12, '0')}`)
  }
  const put: [string, string] | undefined =
    given.text_member ?? (fill.nest ? ['value', '['.repeat(fill.nest) + ']'.repeat(fill.nest)] : undefined)
  const text = put ? withMember(raw, put) : JSON.stringify(raw)
  return { text, raw: JSON.parse(text) }
}

function withMember(raw: Row, [name, text]: [string, string]): string {
  const rest = Object.entries(raw)
    .filter(([key]) => key !== name)
    .map(([key, item]) => `${JSON.stringify(key)}:${JSON.stringify(item)}`)
  return `{${[...rest, `${JSON.stringify(name)}:${text}`].join(',')}}`
}
