import { expect, test } from 'vitest'
import { daysBetween, formOf, fresh, joined, lacks, planOf, type Form } from './plan'

const form = (change: Partial<Form> = {}, plan: Partial<Form['plan']> = {}): Form => {
  const made = fresh('2026-11-23')
  return { ...made, ...change, plan: { ...made.plan, title: { zh: '第四季度', en: '' }, checklist: 'a'.repeat(64), ...plan } }
}

test('a fresh plan lacks only its name and its checklist', () => {
  expect(lacks(fresh('2026-11-23'))).toEqual(['title', 'checklist'])
  expect(lacks(form())).toEqual([])
})

test.each([
  [{ when: 'chosen' }, { days: ['2026-12-24'] }, 'days'], [{ where: 'regions' }, {}, 'regions'], [{ where: 'sites' }, { sites: [] }, 'sites'],
  [{ many: 'number' }, {}, 'wanted'], [{ who: 'named' }, { inspectors: ['one'] }, 'named'], [{ who: 'qualified' }, {}, 'qualified'],
  [{}, { to_on: '2026-11-22' }, 'period'], [{}, { to_on: '2027-11-22' }, 'long'], [{}, { release: { mode: 'hour', hour: '' } }, 'hour'],
] as [Partial<Form>, Partial<Form['plan']>, string][])('what %j with %j leaves out is named', (change, plan, missing) => {
  expect(lacks(form(change, plan))).toEqual([missing])
})

test('what is not asked for is not sent, and stays in the form', () => {
  const tried = form({ where: 'all', who: 'all' }, { sites: ['s1'], inspectors: ['p1', 'p2'], qualification: '档案' })
  expect(planOf(tried)).toMatchObject({ sites: null, inspectors: null, qualification: null, regions: null, wanted: null, days: null })
  expect(tried.plan.sites).toEqual(['s1'])
})

test('a plan that was saved opens as it was filled in', () => {
  const plan = planOf(form({ where: 'sites', when: 'chosen', many: 'number', who: 'named' }, { sites: ['s1'], days: ['2026-11-23'], wanted: 1, inspectors: ['p1', 'p2'] }))
  expect(planOf(formOf(plan))).toEqual(plan)
})

test('nothing that was typed is lost when somebody else saved first', () => {
  const base = planOf(form())
  const mine = { ...base, title: { zh: '我的', en: '' }, team: 3 }
  const theirs = { ...base, title: { zh: '别人的', en: '' }, notice_days: 9, team: 3 }
  expect(joined(base, mine, theirs)).toEqual({ plan: { ...mine, notice_days: 9 }, both: ['title'], came: ['notice_days'] })
})

test('the days of a period are counted with both ends', () => {
  expect(daysBetween('2026-11-30', '2026-12-02')).toEqual(['2026-11-30', '2026-12-01', '2026-12-02'])
  expect(daysBetween('2026-12-02', '2026-11-30')).toEqual([])
  expect(daysBetween('', '2026-11-30')).toEqual([])
})
