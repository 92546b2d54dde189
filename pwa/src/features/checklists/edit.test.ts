import { describe, expect, test } from 'vitest'
import type { Checklist, Indicator, Setting } from '../../core/checklist'
import { addCategory, addChoice, addGroup, addRow, chooseReading, differing, insideOf, moveGroupTo, movePart, moveRow, moveRowTo, nextId, nextVersion, placeOf, placesOf, remove, removeChoice, renameChoice, whole } from './edit'

const row = (id: string) => ({ id, title: { zh: id, en: id }, text: { zh: id, en: id }, source_text: id, method: ['on_site'], place: 'hall', aspect: 'order', evidence: [], measures: [], notes: [] }) as Indicator
function sheet(scheme: Checklist['scheme'] = 'conformity'): Checklist {
  const words = { zh: '一', en: 'one' }
  return {
    format: 1, slug: 'halls', version: '1', replaces: null, title: words, source: { document: '文件' }, scheme, settings: [], notes: [],
    categories: [
      { id: '1', title: words, groups: [{ id: '1.1', title: words, indicators: [row('1.1'), row('1.2')] }, { id: '1.2', title: words, indicators: [row('1.3')] }] },
      { id: '2', title: words, groups: [{ id: '2.0', title: null, indicators: [row('2.1'), row('2.9')] }] },
    ],
  }
}
const order = (content: Checklist) => placesOf(content).map((one) => one.row.id)

test.each([
  ['$.categories[0].groups[1].indicators[2].clauses[0].per', '0.1.2', 'clauses[0].per'],
  ['$.categories[3].groups[0].title', '3.0', 'title'],
  ['$.categories[3]', '3', ''],
  ['$.full_marks', '', 'full_marks'],
])('the fault at %s stands at “%s”', (path, place, inside) => {
  expect(placeOf(path)).toBe(place)
  expect(insideOf(path)).toBe(inside)
})

describe('moving a row', () => {
  test.each([['0.0.1', -1, '0.0.0', ['1.2', '1.1', '1.3', '2.1', '2.9']], ['0.0.1', 1, '0.1.0', ['1.1', '1.2', '1.3', '2.1', '2.9']], ['1.0.0', -1, '0.1.1', ['1.1', '1.2', '1.3', '2.1', '2.9']]] as const)(
    'from %s by %i stands at %s', (from, by, to, after) => {
      const content = sheet()
      expect(moveRow(content, from, by)).toBe(to)
      expect(order(content)).toEqual(after)
    })

  test.each([['0.0.0', -1], ['1.0.1', 1], ['0.1.0', 1]] as const)('from %s by %i stays: nothing lies there, or the group would be empty', (from, by) => {
    const content = sheet()
    expect(moveRow(content, from, by)).toBe(from)
    expect(order(content)).toEqual(order(sheet()))
  })

  test('to another group it goes to the end', () => {
    const content = sheet()
    expect(moveRowTo(content, '0.0.0', '1.0')).toBe('1.0.2')
    expect(order(content)).toEqual(['1.2', '1.3', '2.1', '2.9', '1.1'])
  })
})

test('a new row takes an id that was never used in its category', () => {
  const content = sheet('points')
  const at = addRow(content, '1.0')
  expect(at).toBe('1.0.2')
  expect(order(content).at(-1)).toBe('2.10')
  expect(placesOf(content).at(-1)!.row).toMatchObject({ full_marks: '1', clauses: [{ id: 'a', kind: 'all_or_nothing' }] })
})

test.each([[['a', 'b'], '', 'c'], [[], '', 'a'], [['3.7', '3.10'], '3.', '3.11'], [['1', '2'], '', '3']])('after %j with “%s” comes %s', (used, stem, next) => {
  expect(nextId(used, stem)).toBe(next)
})

test.each(['0.0.1', '0.1', '1'])('what is removed at %s comes back where it was', (at) => {
  const content = sheet()
  const back = remove(content, at)
  expect(content).not.toEqual(sheet())
  back()
  expect(content).toEqual(sheet())
})

test('a new category has a group to put rows in, a new group its own id', () => {
  const content = sheet()
  expect(addCategory(content)).toBe('2')
  expect(content.categories[2]).toMatchObject({ id: '3', groups: [{ id: '3.0', title: null }] })
  expect(addGroup(content, '0')).toBe('0.2')
  expect(content.categories[0]!.groups[2]!.id).toBe('1.3')
})

test.each([['2022.1', ['2022.1', '2022.2'], '2022.3'], ['draft', [], 'draft.2']])('after version %s with %j comes %s', (version, taken, next) => {
  expect(nextVersion(version, taken)).toBe(next)
})

test('a draft with gaps gets its lists and loses nothing', () => {
  const full = sheet()
  expect(whole(full)).toEqual(full)
  const gappy = { ...sheet(), categories: [{ id: '1', groups: [{ id: '1.0', indicators: [{ id: '1.1' }] }] }] } as unknown as Checklist
  expect(whole(gappy).categories[0]!.groups[0]!.indicators[0]).toMatchObject({ id: '1.1', method: [], text: { zh: '', en: '' } })
})

test('two states of a draft differ by the rows that were changed, added or removed', () => {
  const theirs = sheet()
  theirs.categories[0]!.groups[0]!.indicators[1]!.title.zh = '改过'
  addRow(theirs, '1.0')
  remove(theirs, '1.0.0')
  expect(differing(sheet(), theirs)).toEqual(['1.2', '2.1', '2.10'])
})

test('another reading of an open question is written where it is used', () => {
  const content = sheet('points')
  Object.assign(content.categories[0]!.groups[0]!.indicators[0]!, { clauses: [{ id: 'a', kind: 'shortfall', parts: 'whole' }] })
  const setting = { id: 'parts', value: 'whole', choices: ['whole', 'proportional'], text: { zh: '', en: '' }, sets: [{ indicator: '1.1', clause: 'a', field: 'parts' }] }
  chooseReading(content, setting, 'proportional')
  expect(setting.value).toBe('proportional')
  expect(content.categories[0]!.groups[0]!.indicators[0]!.clauses![0]).toMatchObject({ parts: 'proportional' })
})

describe('parts change their order', () => {
  const three = () => {
    const content = sheet()
    content.categories = ['1', '2'].map((id) => ({ id, title: { zh: id, en: id }, groups: [`${id}.1`, `${id}.2`].map((group) => ({ id: group, title: null, indicators: [] })) }))
    return content
  }
  const order = (content: Checklist) => content.categories.map((category) => [category.id, ...category.groups.map((group) => group.id)].join(' '))

  test.each([
    ['1', -1, '0', ['2 2.1 2.2', '1 1.1 1.2']],
    ['1', 1, '1', ['1 1.1 1.2', '2 2.1 2.2']],
    ['0.0', 1, '0.1', ['1 1.2 1.1', '2 2.1 2.2']],
    ['0.1', 1, '1.0', ['1 1.1', '2 1.2 2.1 2.2']],
    ['1.0', -1, '0.2', ['1 1.1 1.2 2.1', '2 2.2']],
    ['0.0', -1, '0.0', ['1 1.1 1.2', '2 2.1 2.2']],
  ] as const)('%s by %i stands at %s', (at, by, now, left) => {
    const content = three()
    expect(movePart(content, at, by)).toBe(now)
    expect(order(content)).toEqual(left)
  })

  test('a group goes to the end of another category', () => {
    const content = three()
    expect(moveGroupTo(content, '0.0', 1)).toBe('1.2')
    expect(order(content)).toEqual(['1 1.2', '2 2.1 2.2 1.1'])
  })
})

describe('a setting', () => {
  const setting = (): Setting => ({
    id: 's', value: 'one', choices: ['one', 'two'], text: { zh: '问', en: 'Q' }, words: { one: { zh: '一', en: '1' }, two: { zh: '二', en: '2' } },
    sets: [{ indicator: '1', tier: 't', field: 'necessary', when: ['one', 'two'] }],
  })

  test('carries the new name of a choice everywhere', () => {
    const one = setting()
    renameChoice(one, 'one', 'first')
    expect([one.value, one.choices, Object.keys(one.words!), one.sets![0]!.when]).toEqual(['first', ['first', 'two'], ['first', 'two'], ['first', 'two']])
    renameChoice(one, 'first', 'two')
    expect(one.choices).toEqual(['first', 'two'])
  })

  test('gains a choice with words to fill in, and loses one that is not in force', () => {
    const one = setting()
    addChoice(one)
    expect(one.choices).toHaveLength(3)
    expect(one.words![one.choices[2]!]).toEqual({ zh: '', en: '' })
    removeChoice(one, 'one')
    removeChoice(one, 'two')
    expect([one.choices.includes('one'), one.choices.includes('two'), one.sets![0]!.when]).toEqual([true, false, ['one']])
  })

  test('a tick under the chosen reading is written into its tier', () => {
    const content = sheet()
    const row = content.categories[0]!.groups[0]!.indicators[0]!
    row.tiers = { t: { necessary: false } }
    const one = { ...setting(), sets: [{ indicator: row.id, tier: 't', field: 'necessary', when: ['two'] }] }
    chooseReading(content, one, 'two')
    expect(row.tiers.t!.necessary).toBe(true)
    chooseReading(content, one, 'one')
    expect(row.tiers.t!.necessary).toBe(false)
  })
})

test.each([['$.settings[2].words.a.zh', 'settings'], ['$.grades.bands[0].from', 'grades'], ['$.title.zh', '']])('%s belongs to the form %s', (path, place) => { expect(placeOf(path)).toBe(place) })
