import { afterEach, expect, test, vi } from 'vitest'
import { onePosition, reading } from './position'

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
