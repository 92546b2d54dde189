import { expect, test } from 'vitest'
import { cellOf, cellsOf, COLUMNS, columnOf, faultsByField, fieldLabel, findEntries, inOrder, isFixed, isUncoded, KINDS, tiesOf, type Fault } from './entries'

const SHIQIAO = { id: 's1', code: 'SQ-001', region: '990123101', name: { zh: '石桥镇便民服务中心', en: 'Shiqiao' }, name_zh: '石桥镇便民服务中心', name_en: 'Shiqiao', address: '', windows: 12, person: '李', active: '在用', lat: null }
const UNCODED = { ...SHIQIAO, id: 's2', code: null, name_zh: '临江街道便民服务中心', name: { zh: '临江街道便民服务中心', en: 'Linjiang' } }
const LIN = { account: 'a', username: 'lin', name: '林', qualifications: ['执法证', '窗口规范'], own_town: ['990123102'], relative: [], named: ['SQ-001'], available: false }

test.each([[null, ''], [undefined, ''], [12, '12'], [['甲', '乙'], '甲、乙'], [[], ''], [true, '是'], [false, '否'], ['在用', '在用']])('%j is the cell %s', (value, cell) => {
  expect(cellOf(value)).toBe(cell)
})

test('an entry becomes the row of a sheet: every column, nothing else', () => {
  expect(Object.keys(cellsOf('sites', SHIQIAO))).toEqual(COLUMNS.sites.map(({ key }) => key))
  expect(cellsOf('sites', SHIQIAO)).toMatchObject({ windows: '12', lat: '', active: '在用' })
  expect(cellsOf('people', LIN)).toMatchObject({ qualifications: '执法证、窗口规范', available: '否' })
  expect(cellsOf('sites', undefined)).toMatchObject({ code: '', active: '在用' })
})

test('what tells which entry it is cannot be changed; a site without a code is told by region and name', () => {
  const fixed = (entry: Record<string, unknown> | undefined) => COLUMNS.sites.filter((column) => isFixed('sites', column, entry)).map(({ key }) => key)
  expect(fixed(SHIQIAO)).toEqual(['code'])
  expect(fixed(UNCODED)).toEqual(['region', 'name_zh'])
  expect(fixed(undefined)).toEqual([])
  expect([isUncoded('sites', UNCODED), isUncoded('sites', SHIQIAO), isUncoded('people', LIN)]).toEqual([true, false, false])
})

test.each([['石桥', ['s1']], ['sq-001', ['s1']], ['linjiang', ['s2']], ['李 990123101', ['s1', 's2']], ['', ['s1', 's2']], ['无', []]])('the words "%s" find %j', (words, ids) => {
  expect(findEntries([SHIQIAO, UNCODED], words).map((one) => one['id'])).toEqual(ids)
})

test('entries lie by region, then by code', () => {
  const at = (region: string, code: string | null) => ({ region, code })
  expect(inOrder([at('2', 'B'), at('1', 'C'), at('2', 'A'), at('1', null)]).map(({ region, code }) => `${region}${code ?? '-'}`)).toEqual(['1-', '1C', '2A', '2B'])
})

test('an inspector is found by a qualification, and recusals of all kinds are counted', () => {
  expect(findEntries([LIN], '窗口规范')).toHaveLength(1)
  expect(tiesOf(LIN)).toBe(2)
})

test('faults stand at the field that they name; those of the whole row stand apart', () => {
  const fault = (column: string | null, code: string): Fault => ({ row: 2, column, code, severity: 'error', message: { zh: code, en: code } })
  const found = faultsByField('sites', [fault('窗口数', 'a'), fault('窗口数', 'b'), fault(null, 'c'), fault('别的', 'd')])
  expect(found.get('windows')!.map(({ code }) => code)).toEqual(['a', 'b'])
  expect(found.get('')!.map(({ code }) => code)).toEqual(['c', 'd'])
  expect(columnOf('people', { column: '单位' })?.key).toBe('unit')
})

test('every field that the server can call changed has a label', () => {
  const fields = { regions: ['name_zh', 'name_en', 'code'], sites: ['name', 'region', 'code', 'address', 'lat', 'lon', 'windows', 'person', 'hours', 'active'], people: ['unit', 'qualifications', 'ties', 'available'] }
  for (const kind of KINDS) for (const field of fields[kind]) expect(fieldLabel(kind, field), field).toBeDefined()
})
