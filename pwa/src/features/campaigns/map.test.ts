import { expect, test } from 'vitest'
import { drawn as drawnIn } from './map'
import type { Town } from './server'

const town = (region: string, ...at: [string, string][]): Town => ({
  region, name: { zh: region, en: region }, state: null,
  sites: at.map(([lat, lon], i) => ({ id: `${region}-${i}`, name: { zh: '', en: '' }, lat: lat || null, lon: lon || null, visit: null, state: null })),
})
const wide = () => 4
const drawn = (towns: Town[], widthOf: () => number, width = 640) => drawnIn(towns, width, 15, widthOf)

test('north is up, east is right, and nothing lies outside the picture', () => {
  const map = drawn([town('south', ['36.0', '118.1']), town('north', ['36.4', '118.1']), town('east', ['36.2', '118.5'])], wide)
  const at = Object.fromEntries(map.towns.map((one) => [one.region, one]))
  expect(at['north']!.y).toBeLessThan(at['south']!.y)
  expect(at['east']!.x).toBeGreaterThan(at['north']!.x)
  for (const { x, y } of map.towns) expect(x >= 0 && x <= map.width && y >= 0 && y <= map.height).toBe(true)
})

test('a degree to the east is shorter than a degree to the north', () => {
  const map = drawn([town('a', ['60', '10']), town('b', ['61', '10']), town('c', ['60', '11'])], wide)
  const [a, b, c] = map.towns
  expect((c!.x - a!.x) / (a!.y - b!.y)).toBeCloseTo(0.496, 2)
})

test('a town lies in the middle of its sites; one without positions is named apart', () => {
  const map = drawn([town('a', ['36.0', '118.0'], ['36.2', '118.0'], ['', '']), town('b', ['36.1', '118.4']), town('c', ['', ''])], wide)
  expect(map.without).toEqual(['c'])
  expect(map.towns[0]!.y).toBe(map.towns[1]!.y)
})

test('no mark covers another', () => {
  const { towns } = drawn([town('a', ['36.20', '118.20']), town('b', ['36.201', '118.20']), town('c', ['36.20', '118.20']), town('d', ['36.9', '118.9'])], wide)
  towns.forEach((a, i) => towns.slice(i + 1).forEach((b) => expect(Math.hypot(a.x - b.x, a.y - b.y)).toBeGreaterThan(26)))
})

test('names never lie on each other or on a mark', () => {
  const crowd = Array.from({ length: 30 }, (_, i) => town(`t${i}`, [String(36 + (i % 6) * 0.02), String(118 + Math.floor(i / 6) * 0.02)]))
  const { towns } = drawn(crowd, wide)
  const boxes = towns.flatMap(({ label }) => (label ? [{ left: label.x - (label.anchor === 'end' ? 60 : label.anchor === 'middle' ? 30 : 0), top: label.y - 15 }] : []))
  expect(boxes.length).toBeGreaterThan(0)
  boxes.forEach((a, i) => boxes.slice(i + 1).forEach((b) => expect(Math.abs(a.left - b.left) >= 60 || Math.abs(a.top - b.top) >= 17.9).toBe(true)))
})

test('a narrow phone and large letters still keep every name in the picture', () => {
  for (const { label } of drawnIn([town('a', ['36', '118']), town('b', ['36.2', '118.3'])], 280, 30, wide).towns) {
    if (label) expect(label.x >= 0 && label.x <= 280).toBe(true)
  }
})

test('one town alone, and none at all, are pictures too', () => {
  expect(drawn([town('a', ['36', '118'])], wide).towns).toHaveLength(1)
  expect(drawn([], wide)).toMatchObject({ height: 0, towns: [] })
})
