import { expect, test } from 'vitest'
import type { Checklist } from '../../core/checklist'
import { fold, type Op } from '../../core/oplog'
import { presence, shares } from './presence'

const LIN = '018f0000-0000-7000-8000-00000000a001'
const ZHAO = '018f0000-0000-7000-8000-00000000a002'
let seq = 0
const op = (author: string, target: string, value: unknown, at: string, kind = 'set'): Op => ({
  id: `018f0000-0000-7000-8000-${String(++seq).padStart(12, '0')}`, inspection: 'i', device: `phone-of-${author}`, seq, at, kind, target, value, over: [], author,
} as Op)

const checklist = { categories: [
  { id: '1', groups: [{ indicators: [{ id: '1.1' }, { id: '1.2' }] }] },
  { id: '2', groups: [{ indicators: [{ id: '2.1' }] }] },
] } as unknown as Checklist

test('each has done the rows that bear their word, findings and photos among them', () => {
  const state = fold([
    op(LIN, 'answer/1.1/verdict', 'met', '2026-11-22T01:00:00.000Z'),
    op(LIN, 'answer/1.1/note', '好', '2026-11-22T01:05:00.000Z'),
    op(LIN, 'finding/2.1:a', { indicator: '2.1', clause: 'a', item: null, case: null }, '2026-11-22T01:02:00.000Z', 'add'),
    op(ZHAO, 'answer/1.2/verdict', 'met', '2026-11-22T01:03:00.000Z'),
    op(ZHAO, 'visit/note', '后门', '2026-11-22T01:09:00.000Z'),
  ])

  expect(presence(state)).toEqual(new Map([[LIN, { rows: 2, at: '2026-11-22T01:05:00.000Z' }], [ZHAO, { rows: 1, at: '2026-11-22T01:09:00.000Z' }]]))
})

test('what the two divided differently without seeing each other is left to both', () => {
  const state = fold([
    op(LIN, 'split/1', LIN, '2026-11-22T01:00:00.000Z'), op(ZHAO, 'split/1', ZHAO, '2026-11-22T01:00:00.000Z'), op(LIN, 'split/2', ZHAO, '2026-11-22T01:00:00.000Z'),
  ])

  expect(shares(checklist, state)).toEqual(new Map([['1.1', null], ['1.2', null], ['2.1', ZHAO]]))
})
