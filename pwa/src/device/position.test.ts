import { afterEach, expect, test, vi } from 'vitest'
import { askPosition, metresBetween, onePosition, reading } from './position'

afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

const finder = (answer: (yes: (found: unknown) => void, no: () => void) => void) =>
  vi.stubGlobal('navigator', { geolocation: { getCurrentPosition: answer } })

test('a reading travels as decimal text, to about a metre', () => {
  expect(reading({ latitude: 36.1800049, longitude: -0.000001, accuracy: 24.6 })).toEqual({ lat: '36.18000', lon: '0.00000', accuracy_m: 25 })
})

test('refused, impossible and never answered are all "not taken"', async () => {
  finder((_, no) => no())
  expect(await onePosition(1000)).toBeNull()
  vi.stubGlobal('navigator', {})
  expect(await onePosition(1000)).toBeNull()
  vi.useFakeTimers()
  finder(() => undefined)
  const waiting = onePosition(1000)
  vi.advanceTimersByTime(1500)
  expect(await waiting).toBeNull()
})

test('why there is no position is known: refused, never answered, or not possible here', async () => {
  finder((_, no) => (no as (fault: unknown) => void)({ code: 1 }))
  expect(await askPosition(1000)).toBe('refused')
  finder((_, no) => (no as (fault: unknown) => void)({ code: 2 }))
  expect(await askPosition(1000)).toBe('unable')
  vi.useFakeTimers()
  finder(() => undefined)
  const waiting = askPosition(1000)
  vi.advanceTimersByTime(1500)
  expect(await waiting).toBe('silent')
})

test.each([
  [{ lat: '36.18520', lon: '118.16840' }, { lat: '36.18520', lon: '118.16840' }, 0],
  [{ lat: '0', lon: '0' }, { lat: '0', lon: '1' }, 111_195],
  [{ lat: '36.1852', lon: '118.1684' }, { lat: '36.2127', lon: '118.1035' }, 6572],
])('from %o to %o it is about %i m', (one, other, metres) => {
  expect(Math.abs(metresBetween(one, other) - metres)).toBeLessThan(10)
})
