/**
 * The invariants over histories that phones really write: several devices that draft from what they have seen, clocks off
 * by years, exchanged in every order, grouping and repetition. Small ones exhaustively, the vectors' and larger ones by chance.
 */

import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonical, type Json } from '../canonical'
import { addOp, fold, heads, outcomes, removeOp, setOp, uuid7, type Op, type State } from './index'

const RUNS = Number(process.env['MINGCHA_RUNS'] ?? 150)
const INSPECTION = '018f0000-0000-7000-8000-0000000000aa'
const AUTHORS = [1, 2, 3].map((n) => `00000000-0000-4000-8000-00000000000${n}`)
const ELEMENT = 'finding/3.1:a'
const text = (ops: Op[]): string => canonical(fold(ops) as unknown as Json)

/** What a device does next: write a field, note or take away a finding, or take in all that another has. */
type Step =
  | { device: number; does: 'set'; target: string; value: Json }
  | { device: number; does: 'add' | 'remove' }
  | { device: number; does: 'meet'; other: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ device: fc.nat(2), does: fc.constant('set' as const), target: fc.constantFrom('answer/3.1/verdict', 'answer/3.2/verdict'), value: fc.constantFrom<Json>('met', 'not_met', null) }) },
  { weight: 1, arbitrary: fc.record({ device: fc.nat(2), does: fc.constant('set' as const), target: fc.constant(`${ELEMENT}/count`), value: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 2, arbitrary: fc.record({ device: fc.nat(2), does: fc.constantFrom('add' as const, 'remove' as const) }) },
  { weight: 3, arbitrary: fc.record({ device: fc.nat(2), does: fc.constant('meet' as const), other: fc.nat(2) }) },
)

/** Lives the steps through; each device's clock is wrong by its own number of years. */
function lived(steps: Step[], years: number[]): Op[] {
  const seen: Map<string, Op>[] = [new Map(), new Map(), new Map()]
  const all: Op[] = []
  let tick = 0
  for (const one of steps) {
    const mine = seen[one.device]!
    if (one.does === 'meet') {
      for (const [id, op] of seen[one.other]!) mine.set(id, op)
      continue
    }
    const at_ms = Date.UTC(2026 + years[one.device]!, 0, 1) + ++tick * 1000
    const dice = Uint8Array.from({ length: 10 }, (_, i) => (tick * 31 + i * 7 + one.device) % 256)
    const pen = {
      inspection: INSPECTION, device: `phone-${one.device}-x`, author: AUTHORS[one.device]!, nextSeq: () => tick,
      now: () => new Date(at_ms).toISOString(), uuid7: () => uuid7(at_ms, dice),
    }
    const state = fold(mine.values())
    const op = drafted(one, state, pen)
    if (!op) continue
    mine.set(op.id, op)
    all.push(op)
  }
  return all
}

function drafted(one: Exclude<Step, { does: 'meet' }>, state: State, pen: Parameters<typeof addOp>[0]): Op | undefined {
  if (one.does === 'set') return setOp(state, pen, one.target, one.value)
  if (one.does === 'add') return addOp(pen, ELEMENT, { indicator: '3.1', clause: 'a', item: null, case: null }, state)
  return state.elements[ELEMENT]?.live ? removeOp(state, pen, ELEMENT) : undefined
}

const clocks = fc.tuple(...[0, 1, 2].map(() => fc.integer({ min: -30, max: 30 })))
const history = (most: number): fc.Arbitrary<Op[]> => fc.tuple(fc.array(step, { maxLength: most }), clocks).map(([steps, years]) => lived(steps, years))
/** The same histories on every run; MINGCHA_RUNS draws more of them. */
const check = <T>(arbitrary: fc.Arbitrary<T>, holds: (drawn: T) => void, numRuns = RUNS): void =>
  fc.assert(fc.property(arbitrary, (drawn) => void holds(drawn)), { numRuns, seed: 20261122 })

function* interleavings(ops: Op[]): Generator<Op[]> {
  if (ops.length < 2) return yield ops
  for (const [i, first] of ops.entries()) for (const rest of interleavings(ops.filter((_, j) => j !== i))) yield [first, ...rest]
}

describe('I1: one set of ops is one state, byte for byte,', () => {
  test('in every order of a small history', () => {
    check(history(9).filter((ops) => ops.length <= 5), (ops) => {
      const wanted = text(ops)
      for (const order of interleavings(ops)) expect(text(order)).toBe(wanted)
    }, Math.min(RUNS, 60))
  })

  test('in any order of a large one, with anything said again', () => {
    const mixed = history(60).chain((ops) => fc.tuple(fc.constant(ops), fc.shuffledSubarray(ops, { minLength: ops.length }), fc.subarray(ops)))
    check(mixed, ([ops, order, again]) => expect(text([...order, ...structuredClone(again)])).toBe(text(ops)))
  })

  test('for each of the shared vectors, and it is the state that Python folds', () => {
    const { cases } = JSON.parse(readFileSync(new URL('../../../../tests/vectors/oplog/generated.json', import.meta.url), 'utf8')) as { cases: { ops: Op[]; state: string }[] }
    for (const { ops, state } of cases) {
      const wanted = typeof state === 'string' ? state : canonical(state as Json)
      const orders = ops.length <= 5 ? [...interleavings(ops)] : fc.sample(fc.shuffledSubarray(ops, { minLength: ops.length }), { numRuns: 8, seed: ops.length })
      for (const order of orders) expect(text([...order, ...order.slice(0, 2)])).toBe(wanted)
    }
    expect(cases.length).toBeGreaterThan(20)
  })
})

test('I2: a value leaves the heads only by an op that names it', () => {
  check(history(40), (ops) => {
    for (let n = 1; n <= ops.length; n++) {
      const [before, after] = [fold(ops.slice(0, n - 1)), fold(ops.slice(0, n))]
      for (const [target, standing] of Object.entries(before.fields)) {
        const left = standing.filter((head) => !heads(after, target).some(({ op }) => op === head.op))
        expect(left.every((head) => ops[n - 1]!.over.includes(head.op))).toBe(true)
      }
    }
  })
})

test('I3: however a history is grouped and repeated on its way, each op is taken in once and called a duplicate after', () => {
  const grouped = history(40).chain((ops) => fc.tuple(fc.constant(ops), fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 12 }), fc.array(fc.nat(), { maxLength: 6 })))
  check(grouped, ([ops, sizes, repeats]) => {
    const log: Op[] = []
    const taken = new Map<string, number>()
    const send = (batch: Op[]): void => {
      const said = outcomes(log, batch)
      for (const op of batch) {
        if (said[op.id] === 'duplicate') continue
        expect(said[op.id], 'what phones draft is never held').toMatch(/^(applied|merged|conflict)$/)
        taken.set(op.id, (taken.get(op.id) ?? 0) + 1)
        log.push(op)
      }
    }
    const batches: Op[][] = []
    for (let at = 0, i = 0; at < ops.length; at += sizes[i++ % sizes.length]!) batches.push(ops.slice(at, at + sizes[i % sizes.length]!))
    for (const batch of batches) send(batch)
    for (const n of repeats) if (batches.length) send(batches[n % batches.length]!)
    send(ops)
    expect([...taken.values()].every((times) => times === 1)).toBe(true)
    expect(taken.size).toBe(ops.length)
    expect(text(log)).toBe(text(ops))
  })
})

test('I4: nothing is rejected and dropped: each op stands, was named by a later one, or is held', () => {
  check(history(60), (ops) => {
    const state = fold(ops)
    const named = new Set(ops.flatMap((op) => op.over))
    for (const op of ops) {
      const element = state.elements[op.target]
      const stands = op.kind === 'set' ? heads(state, op.target).some((head) => head.op === op.id)
        : op.kind === 'add' ? element!.adds.includes(op.id)
          : element!.removes.includes(op.id) || !element!.live || named.has(op.id)
      expect(stands || named.has(op.id) || op.id in state.held, op.id).toBe(true)
    }
  })
})
