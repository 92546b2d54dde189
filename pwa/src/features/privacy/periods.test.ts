import { expect, test } from 'vitest'
import { changesOf, daysOf, shortens, typedOf } from './periods'

test.each([['', null], [' 180 ', 180], ['30', 30], ['29', undefined], ['36500', 36_500], ['36501', undefined], ['1.5', undefined], ['-40', undefined], ['四十', undefined]])(
  '"%s" is read as %s', (typed, days) => { expect(daysOf(typed)).toBe(days) })

test('only what differs is sent, and nothing while something cannot be read', () => {
  const kept = { badge: 180, scene: null, document: 365 }
  const typed = typedOf(kept)
  expect(typed).toEqual({ badge: '180', scene: '', document: '365' })
  expect(changesOf(kept, typed)).toEqual([])
  expect(changesOf(kept, { ...typed, badge: '90', document: '' })).toEqual([{ kind: 'badge', before: 180, after: 90 }, { kind: 'document', before: 365, after: null }])
  expect(changesOf(kept, { ...typed, badge: '9' })).toBeUndefined()
})

test.each([[180, 90, true], [null, 365, true], [90, 180, false], [90, null, false]])('from %s to %s days: photos may go = %s', (before, after, goes) => {
  expect(shortens({ kind: 'badge', before, after })).toBe(goes)
})
