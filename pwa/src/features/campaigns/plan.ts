/**
 * A plan while somebody fills it in: what the form holds, what of it is sent, what is still missing, and how it is joined
 * with the plan that somebody else saved meanwhile. Asks nobody.
 */
import { canonical, type Json } from '../../core/canonical'
import { RULES } from '../../core/draw'
import type { Campaign, Plan } from './server'

export const MOST_DAYS = 120

/** Each list stays as it was while another way of choosing is tried. */
export interface Form {
  plan: Plan
  when: 'working' | 'chosen'
  where: 'all' | 'regions' | 'sites'
  many: 'all' | 'number'
  who: 'all' | 'named' | 'qualified'
}
export type Part = keyof Plan
export type Lack = 'title' | 'checklist' | 'period' | 'long' | 'days' | 'regions' | 'sites' | 'wanted' | 'named' | 'qualified' | 'hour'

export function fresh(today: string): Form {
  return formOf({
    title: { zh: '', en: '' }, checklist: '', from_on: today, to_on: today, days: null, wanted: null, team: 2, rules: [...RULES], settings: {}, evidence_days: 3,
    notice_days: 5, release: { mode: 'hour', hour: '07:30' }, regions: null, sites: null, inspectors: null, qualification: null,
  })
}

export function formOf(plan: Plan): Form {
  return {
    plan: copied(plan), when: plan.days ? 'chosen' : 'working', where: plan.sites ? 'sites' : plan.regions ? 'regions' : 'all',
    many: plan.wanted === null ? 'all' : 'number', who: plan.inspectors ? 'named' : plan.qualification ? 'qualified' : 'all',
  }
}

/** What is sent: only what the ways chosen ask for. */
export function planOf({ plan, when, where, many, who }: Form): Plan {
  const days = when === 'chosen' ? (plan.days ?? []).filter((day) => day >= plan.from_on && day <= plan.to_on) : null
  const title = { zh: plan.title.zh.trim(), en: plan.title.en.trim() }
  return copied({
    ...plan, title, days, regions: where === 'regions' ? plan.regions : null, sites: where === 'sites' ? plan.sites : null,
    wanted: many === 'number' ? plan.wanted : null, inspectors: who === 'named' ? plan.inspectors : null, qualification: who === 'qualified' ? plan.qualification : null,
  })
}

export const PARTS = Object.keys(fresh('').plan) as Part[]

/** The plan within a campaign. */
export const planIn = (campaign: Campaign): Plan => Object.fromEntries(PARTS.map((part) => [part, campaign[part]])) as unknown as Plan

export function lacks(form: Form): Lack[] {
  const { plan, where, many, who, when } = form
  const span = daysBetween(plan.from_on, plan.to_on)
  const found: [Lack, boolean][] = [
    ['title', !plan.title.zh.trim()], ['checklist', !plan.checklist], ['period', !span.length], ['long', span.length > MOST_DAYS + 1],
    ['days', when === 'chosen' && !planOf(form).days?.length], ['regions', where === 'regions' && !plan.regions?.length], ['sites', where === 'sites' && !plan.sites?.length],
    ['wanted', many === 'number' && !(plan.wanted && plan.wanted > 0)], ['named', who === 'named' && (plan.inspectors?.length ?? 0) < plan.team],
    ['qualified', who === 'qualified' && !plan.qualification], ['hour', plan.release.mode === 'hour' && !/^\d\d:\d\d$/.test(plan.release.hour)],
  ]
  return found.filter(([, missing]) => missing).map(([name]) => name)
}

/** Every day from the first to the last, both in it; none where they are not days in their order. */
export function daysBetween(from: string, to: string): string[] {
  const [first, last] = [Date.parse(`${from}T00:00Z`), Date.parse(`${to}T00:00Z`)]
  if (!(first <= last)) return []
  const number = Math.min((last - first) / 86_400_000 + 1, 400)
  return Array.from({ length: number }, (_, i) => new Date(first + i * 86_400_000).toISOString().slice(0, 10))
}

/**
 * Joins what I changed since `base` with what somebody else saved. `both`: changed by both to different things, so a person
 * chooses (mine stands until then); `came`: taken from the other.
 */
export function joined(base: Plan, mine: Plan, theirs: Plan): { plan: Plan; both: Part[]; came: Part[] } {
  const differ = (a: Plan, b: Plan, part: Part) => canonical(a[part] as unknown as Json) !== canonical(b[part] as unknown as Json)
  const both = PARTS.filter((part) => differ(base, mine, part) && differ(base, theirs, part) && differ(mine, theirs, part))
  const came = PARTS.filter((part) => !differ(base, mine, part) && differ(base, theirs, part))
  return { plan: copied({ ...mine, ...pick(theirs, came) }), both, came }
}

export const taking = (plan: Plan, from: Plan, parts: Part[]): Plan => copied({ ...plan, ...pick(from, parts) })

const pick = (plan: Plan, parts: Part[]): Partial<Plan> => Object.fromEntries(parts.map((part) => [part, plan[part]]))

function copied<T>(plan: T): T {
  return JSON.parse(JSON.stringify(plan)) as T
}
