/** What a campaign keeps of its draw, whole and touched, judged as the server judges it (`tests/vectors/draw/records.json`). */

import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { misfits, type DrawRecord } from './record'

const CASES = JSON.parse(readFileSync(new URL('../../../../tests/vectors/draw/records.json', import.meta.url), 'utf8')) as { why: string; record: DrawRecord; published: string | null; misfits: string[] }[]

test.each(CASES)('$why', ({ record, published, misfits: wanted }) => {
  expect(misfits(record, published ?? undefined)).toEqual(wanted)
})
