/** The address of a queue keeps its filters; without any it means what waits for the desk. */
import { expect, test } from 'vitest'
import { addressOf, filtersOf } from './useQueue'

const NONE = { state: 'submitted', q: '', campaign: '', town: '', inspector: '' }

test('an address without filters is what waits for the desk', () => {
  expect(filtersOf({})).toEqual(NONE)
  expect(addressOf(NONE)).toBe('')
})

test.each([
  [{ ...NONE, state: '' }, '?state=all'],
  [{ ...NONE, state: 'approved', town: '990123101' }, '?state=approved&town=990123101'],
  [{ ...NONE, q: '石桥', campaign: '第四季度' }, '?q=%E7%9F%B3%E6%A1%A5&campaign=%E7%AC%AC%E5%9B%9B%E5%AD%A3%E5%BA%A6'],
])('a link keeps %o', (filters, address) => {
  expect(addressOf(filters)).toBe(address)
  expect(filtersOf(Object.fromEntries(new URLSearchParams(address)))).toEqual(filters)
})
