import { expect, test } from 'vitest'
import { countsOf, fileName } from './request'

test('an export is told by what is in it, and nothing is said of what is not', () => {
  expect(countsOf({ name: '王芳', signatures: [{}, {}], mentions: [], badge_photos: [{}] })).toEqual([{ what: 'signatures', count: 2 }, { what: 'badge_photos', count: 1 }])
  expect(countsOf({ name: '无' })).toEqual([])
})

test.each([['lin', 'mingcha-lin-2026-11-22.json'], ['王 芳', 'mingcha-王-芳-2026-11-22.json'], ['../../etc/passwd', 'mingcha-etc-passwd-2026-11-22.json'], ['<>', 'mingcha-person-2026-11-22.json']])(
  'the file for %s is %s', (who, name) => { expect(fileName(who, new Date('2026-11-22T02:00:00Z'))).toBe(name) })
