import { expect, test } from 'vitest'
import type { Photo } from './desk'
import { begun, sections } from './order'
import { MOST, moved, WHOLE, zoomed } from './zoom'

const photo = (id: string, more: Partial<Photo> = {}): Photo => ({
  id, state: 'verified', kind: 'scene', private: false, indicator: '1', note: null, sha256: '', size: 1, width: 1, height: 1, taken_at: `2026-11-22T01:0${id}:00.000Z`,
  received_at: null, source: 'camera', shown: true, erased: null, covered: null, lookalikes: [], flags: [], ...more,
})
const flag = (code: string) => ({ flags: [{ code, text: { zh: '', en: '' } }] })
const rows = ['1', '2', '3'].map((id) => ({ id, title: { zh: id, en: id } }))
const KINDS = ['scene', 'badge']
const shape = (found: ReturnType<typeof sections>) => found.map(({ key, photos }) => [key, photos.map(({ id }) => id).join('')])

test('what is worth a look stands first, the gravest before the rest, and stands nowhere else', () => {
  const photos = [photo('1'), photo('2', { ...flag('photo.imported'), indicator: '3' }), photo('3', flag('photo.clock')), photo('4', flag('photo.lookalike'))]
  expect(shape(sections(photos, rows, KINDS, 'row', false))).toEqual([['flagged', '423'], ['1', '1']])
  expect(shape(sections(photos, rows, KINDS, 'row', true))).toEqual([['flagged', '423']])
})

test('rows come in the order of the checklist, each in the order of time, and what has no row comes last', () => {
  const photos = [photo('5', { indicator: null }), photo('4', { indicator: '2' }), photo('3', { indicator: '2' }), photo('2'), photo('1', { indicator: '9.9' })]
  expect(shape(sections(photos, rows, KINDS, 'row', false))).toEqual([['1', '2'], ['2', '34'], ['-', '15']])
})

test('by kind each photo stands with its kind, and one without a kind in the last section', () => {
  const photos = [photo('1', { kind: 'badge' }), photo('2', { kind: null }), photo('3')]
  expect(shape(sections(photos, rows, KINDS, 'kind', false))).toEqual([['scene', '3'], ['badge', '1'], ['-', '2']])
})

test('the beginning holds so many photos, from the first sections on, and no empty section', () => {
  const found = sections([photo('1'), photo('2'), photo('3', { indicator: '2' }), photo('4', { indicator: '3' })], rows, KINDS, 'row', false)
  expect(shape(begun(found, 3))).toEqual([['1', '12'], ['2', '3']])
  expect(shape(begun(found, 1))).toEqual([['1', '1']])
  expect(begun(found, 99)).toEqual(found)
})

test('the point under the pointer stays where it is while one zooms in, and nothing leaves its frame', () => {
  const near = zoomed(WHOLE, 2, { x: 0.25, y: -0.25 })
  expect(near).toEqual({ scale: 2, x: -0.25, y: 0.25 })
  expect(zoomed(near, 100).scale).toBe(MOST)
  expect(zoomed(near, 0.01)).toEqual(WHOLE)
  expect(moved(near, 9, -9)).toEqual({ scale: 2, x: 0.5, y: -0.5 })
  expect(moved(WHOLE, 1, 1)).toEqual(WHOLE)
})
