import { describe, expect, it } from 'vitest'
import { indicatorsOf, readings, under, withUnit, type Checklist } from './checklist'

const words = { zh: '字', en: 'Word' }

const indicator = (id: string, full_marks: string, per: string) => ({
  id,
  title: words,
  text: words,
  source_text: '字',
  method: ['on_site' as const],
  place: 'hall' as const,
  aspect: 'space' as const,
  evidence: [],
  measures: [],
  notes: [],
  full_marks,
  clauses: [{ id: 'a', kind: 'each' as const, text: words, per, unit: words }],
})

const checklist: Checklist = {
  format: 1,
  slug: 'small',
  version: '1',
  replaces: null,
  title: words,
  source: { document: '字' },
  scheme: 'points',
  full_marks: '5',
  settings: [
    { id: 'per', value: '0.5', choices: ['0.5', '5'], text: words, sets: [{ indicator: '1.1', clause: 'a', field: 'per' }] },
    { id: 'full', value: '3', choices: ['3', '2.5'], text: words, sets: [{ indicator: '1.10', field: 'full_marks' }] },
    { id: 'told', value: 'yes', choices: ['yes', 'not'], text: words },
  ],
  notes: [],
  categories: [
    { id: '1', title: words, groups: [{ id: '1.0', title: null, indicators: [indicator('1.1', '2', '0.5'), indicator('1.10', '3', '1')] }] },
  ],
}

describe('a checklist', () => {
  it('lists its indicators in the order of the source, 1.1 apart from 1.10', () => {
    expect([...indicatorsOf(checklist).keys()]).toEqual(['1.1', '1.10'])
  })

  it('reads by its own choices, or by the campaign’s where it offers them', () => {
    expect(readings(checklist, { per: '5', full: '300', made_up: '1' })).toEqual({ per: '5', full: '3', told: 'yes' })
  })

  it('writes the chosen readings into its figures and leaves the original alone', () => {
    const filled = under(checklist, { per: '5', full: '2.5' })

    expect(indicatorsOf(filled).get('1.1')!.clauses![0]).toMatchObject({ per: '5' })
    expect(indicatorsOf(filled).get('1.10')!.full_marks).toBe('2.5')
    expect(filled.full_marks).toBe('4.5')
    expect(checklist.full_marks).toBe('5')
  })

  it('ticks what a tier needs under the choices that say so, and under no other', () => {
    const demand = (necessary: boolean) => ({ necessary, thresholds: [] })
    const row = { ...indicator('7', '1', '1'), tiers: { standard: demand(false), model: demand(true) } }
    const tick = { indicator: '7', tier: 'standard', field: 'necessary', when: ['both'] }
    const ticked: Checklist = {
      ...checklist,
      scheme: 'tiers',
      settings: [{ id: 'single_tick', value: 'model', choices: ['model', 'both'], text: words, sets: [tick] }],
      categories: [{ id: '1', title: words, groups: [{ id: '1.0', title: null, indicators: [row] }] }],
    }

    const needed = (choice: string) => indicatorsOf(under(ticked, { single_tick: choice })).get('7')!.tiers!['standard']!.necessary

    expect([needed('both'), needed('model'), needed('other')]).toEqual([true, false, false])
    expect(row.tiers.standard.necessary).toBe(false)
  })

  it('is the same object when nothing differs', () => {
    expect(under(checklist, { told: 'not', per: '0.5' })).toBe(checklist)
  })
})

it.each([
  ['天', 'days', '30天', '30 days'], ['㎡', 'm²', '30㎡', '30 m²'], ['%', '%', '30%', '30%'],
])('a figure stands before its unit: %s, %s', (zh, en, chinese, english) => {
  expect(withUnit({ unit: { zh, en } }, '30')).toEqual({ zh: chinese, en: english })
})
