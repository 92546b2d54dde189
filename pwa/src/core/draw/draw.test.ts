/** The draw's records that pytest replays too (`tests/core/test_draw.py`). */

import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { commitment, differences, draw, poolOf, recusals, type Transcript } from '.'

const CASES = JSON.parse(readFileSync(new URL('../../../../tests/vectors/draw/draws.json', import.meta.url), 'utf8')) as { why: string; record: Transcript; first_person: string[][] }[]

describe('a draw comes out as the server drew it', () => {
  test.each(CASES)('$why', ({ record, first_person }) => {
    expect(differences(record, record.commitment)).toEqual([])
    expect(draw(record.pool, record.seed)).toEqual(record.visits)
    const { sites, inspectors } = poolOf(record.pool)
    expect(sites.map((site) => recusals(inspectors[0]!, site))).toEqual(first_person)
  })
})

test('a record that was touched is found out', () => {
  const { record } = CASES.find(({ record: { visits } }) => visits.length > 3)!
  expect(differences(record, commitment('another'))).toEqual(['commitment'])
  expect(differences({ ...record, seed: `${record.seed}!` })).toEqual(['commitment', 'visits', 'digest'])
  expect(differences({ ...record, visits: record.visits.slice(1) })).toEqual(['visits'])
  expect(differences({ ...record, pool: { ...record.pool, wanted: 0 } })).toEqual(['impossible'])
})
