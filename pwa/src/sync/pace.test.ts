import { describe, expect, test } from 'vitest'
import type { Outcome, SyncReport } from './engine'
import { pause } from './pace'

const after = (outcome: Outcome, more: Partial<SyncReport> = {}): SyncReport => ({
  outcome, sent: 0, held: 0, received: 0, photos: 0, left: false, ...more,
})
const ALMOST_1 = 0.999999

describe('the time until the next round', () => {
  test('is short enough to see the partner\'s work within 10 seconds while somebody looks', () => {
    expect(pause(after('done'), 0, true, ALMOST_1)).toBeLessThanOrEqual(8_000)
    expect(pause(after('done'), 0, false, 0)).toBeGreaterThanOrEqual(60_000)
  })

  test('grows with each failure, to half a minute and no further', () => {
    const waits = [1, 2, 3, 4, 5, 50].map((failures) => pause(after('offline'), failures, true, ALMOST_1)!)
    expect(waits).toEqual([...waits].sort((a, b) => a - b))
    expect(waits.at(-1)).toBe(30_000)
  })

  test('differs from phone to phone', () => {
    expect(pause(after('busy'), 5, true, 0)).toBe(15_000)
    expect(pause(after('busy'), 5, true, ALMOST_1)).toBe(30_000)
  })

  test('is never shorter than the server asked', () => {
    expect(pause(after('busy', { retry_after_s: 90 }), 1, true, 0)).toBe(90_000)
  })

  test.each<Outcome>(['barred', 'stopped'])('has no end when %s: a person comes first', (outcome) => {
    expect(pause(after(outcome), 1, true, 0.5)).toBeNull()
  })
})
