/** Any order, grouping and repetition of one set of ops gives one state, byte for byte. */

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { canonical, type Json } from '../canonical'
import { fold, type Op } from './index'

const TARGETS = ['answer/3.1/verdict', 'visit/note', 'finding/3.1:a', 'finding/3.1:a/count', 'finding/3.1:a/note', 'photo/p']
const INSPECTION = '018f0000-0000-7000-8000-0000000000aa'

/** Ops that name each other any way at all: forward, backward, dangling, in circles, across fields. */
const history: fc.Arbitrary<Op[]> = fc
  .array(
    fc.record({
      target: fc.constantFrom(...TARGETS),
      remove: fc.boolean(),
      value: fc.constantFrom<Json>('met', 'not_met', 1, 2, null),
      over: fc.uniqueArray(fc.nat(14), { maxLength: 4 }),
      author: fc.constantFrom('lin', 'zhao', 'zhou'),
      year: fc.integer({ min: 1970, max: 2199 }),
    }),
    { maxLength: 14 },
  )
  .map((drawn) =>
    drawn.map(({ target, remove, value, over, author, year }, i): Op => {
      const kind = target.split('/').length === 2 && target !== 'visit/note' ? (remove ? 'remove' : 'add') : 'set'
      const id = (n: number): string => `op-${String((n * 7) % 15).padStart(2, '0')}`
      return {
        id: id(i), inspection: INSPECTION, device: `phone-${author}`, seq: i + 1, at: `${year}-01-01T00:00:00.000Z`,
        kind, target, value: kind === 'remove' ? null : value, over: over.map(id), author,
      }
    }),
  )

const text = (ops: Op[]): string => canonical(fold(ops) as unknown as Json)

it('folds the same in any order, with anything said twice', () => {
  const shuffled = history.chain((ops) =>
    fc.tuple(fc.constant(ops), fc.shuffledSubarray(ops, { minLength: ops.length }), fc.subarray(ops)),
  )
  fc.assert(
    fc.property(shuffled, ([ops, mixed, again]) => {
      expect(text([...mixed, ...structuredClone(again)])).toBe(text(ops))
    }),
    { numRuns: 400 },
  )
})

it('loses no value: each stands, or was named by an op that counts, or is held', () => {
  fc.assert(
    fc.property(history, (ops) => {
      const state = fold(ops)
      const named = new Set(ops.filter((op) => !(op.id in state.held) && op.kind !== 'add').flatMap((op) => op.over))
      for (const op of ops.filter((one) => one.kind === 'set')) {
        const stands = (state.fields[op.target] ?? []).some((head) => head.op === op.id)
        expect([stands, named.has(op.id), op.id in state.held].filter(Boolean).length, op.id).toBeGreaterThan(0)
        if (stands) expect(named.has(op.id) || op.id in state.held).toBe(false)
      }
    }),
    { numRuns: 400 },
  )
})
