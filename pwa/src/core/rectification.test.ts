import { expect, test } from 'vitest'
import { dayAfter, expected, openTo, workingDays, type Calendar, type Item } from './rectification'

/** October 2026: seven days free, two Saturdays or Sundays worked for it. */
const OCTOBER: Calendar = { rest: ['2026-09-25', '2026-10-01', '2026-10-02', '2026-10-05', '2026-10-06', '2026-10-07'], work: ['2026-09-20', '2026-10-10'] }
const ITEM = { id: 'i', state: 'issued', due_on: '2026-10-09', appeal_until: '2026-09-28', extension: null, appeal: null, after: [], proof: { photos: true, why: 'x' } } as unknown as Item

test.each([['2026-09-29', '2026-10-09', 3], ['2026-10-09', '2026-10-12', 2], ['2026-10-12', '2026-10-09', -2], ['2026-10-09', '2026-10-09', 0]])(
  'from %s to %s there are %i working days', (first, last, days) => { expect(workingDays(first, last, OCTOBER)).toBe(days) })

test.each([['2026-09-21', 8, '2026-10-09'], ['2026-10-09', 3, '2026-10-13'], ['2026-10-03', 0, '2026-10-08'], ['2026-10-10', 0, '2026-10-10']])(
  '%s and %i working days is %s', (start, days, day) => { expect(dayAfter(start, days, OCTOBER)).toBe(day) })

test('what waits on the phone is expected to have effect, in its order', () => {
  expect(expected(ITEM, [{ kind: 'acknowledge', content: {} }]).state).toBe('acknowledged')
  expect(expected(ITEM, [{ kind: 'answer', content: { words: 'x' } }]).state).toBe('answered')
  expect(expected(ITEM, [{ kind: 'done', content: { words: 'x' } }]).state).toBe('issued')
  expect(expected(ITEM, [{ kind: 'done', content: { words: 'x', photos: ['p'] } }, { kind: 'ask_extension', content: { days: 3 } }])).toMatchObject({ state: 'done', extension: { state: 'asked', days: 3 } })
})

test('a late word may still be sent, and is called late', () => {
  expect(openTo(ITEM, '2026-10-12').filter((one) => one.late).map((one) => one.kind)).toEqual(['appeal', 'ask_extension'])
  expect(openTo({ ...ITEM, state: 'closed' }, '2026-09-28').map((one) => one.kind)).toEqual(['appeal'])
  expect(openTo({ ...ITEM, state: 'lifted' }, '2026-09-28')).toEqual([])
})
