/** How campaigns are said: states, days, parts of a plan. Names no place before its visit outside the desk's own lists. */
import { language, listed, say } from '../../i18n'
import { c, type CampaignKey } from '../../i18n/campaigns'
import type { Part } from './plan'
import type { Plan, Stage, State } from './server'

const zone = () => (language.value === 'zh' ? 'zh-CN' : 'en-GB')
const here = (on: string) => new Date(`${on}T00:00:00`)

/** Today in China, where the visits are. */
export const today = (now = Date.now()): string => new Date(now + 8 * 3_600_000).toISOString().slice(0, 10)
export const dayName = (on: string): string => here(on).toLocaleDateString(zone(), { month: 'short', day: 'numeric', weekday: 'short' })
export const shortDay = (on: string): string => here(on).toLocaleDateString(zone(), { month: 'numeric', day: 'numeric' })
export const period = (one: { from_on: string; to_on: string }): string => {
  const year = { year: 'numeric', month: 'short', day: 'numeric' } as const
  const [from, to] = [here(one.from_on).toLocaleDateString(zone(), year), here(one.to_on).toLocaleDateString(zone(), one.from_on.slice(0, 4) === one.to_on.slice(0, 4) ? { month: 'short', day: 'numeric' } : year)]
  return one.from_on === one.to_on ? from : `${from} – ${to}`
}

export const stateName = (state: State): string => c(`state.${state}`)
const TONES: Record<State, string> = { planned: '', committed: 'wait', drawn: 'wait', running: 'act', closed: 'met', published: 'met' }
export const stateTone = (state: State): string => TONES[state]
export const stageName = (stage: Stage): string => c(`stage.${stage}`)
export const SIGNS: Record<Stage | 'none', string> = { approved: '✓', submitted: '↑', returned: '↩', in_progress: '…', assigned: '→', drawn: '·', none: '' }
export const STAGE_TONES: Record<Stage | 'none', string> = { approved: 'met', submitted: 'act', returned: 'ask', in_progress: 'wait', assigned: 'plain', drawn: 'plain', none: 'none' }
export const ruleName = (rule: string): string => c(`rule.${rule}` as CampaignKey)
export const partName = (part: Part): string => c(`part.${part}`)

/** One part of a plan in words, for putting two side by side. */
export function partWords(plan: Plan, part: Part, nameOf: { version: (digest: string) => string }): string {
  switch (part) {
    case 'title': return listed([...new Set([plan.title.zh, plan.title.en].filter(Boolean))])
    case 'checklist': return nameOf.version(plan.checklist)
    case 'days': return plan.days ? c('part.n_days', { n: plan.days.length, days: plan.days.slice(0, 8).map(shortDay).join(' ') + (plan.days.length > 8 ? ' …' : '') }) : c('when.working')
    case 'rules': return plan.rules.length ? listed(plan.rules.map(ruleName)) : c('part.none')
    case 'release': return releaseWords(plan)
    case 'wanted': return plan.wanted === null ? c('many.all') : String(plan.wanted)
    case 'settings': return c('part.n_chosen', { n: Object.keys(plan.settings).length })
    case 'regions': case 'sites': case 'inspectors': return plan[part] ? c('part.n_chosen', { n: plan[part].length }) : c('part.not_narrowed')
    case 'qualification': return plan.qualification ?? c('part.not_narrowed')
    default: return String(plan[part])
  }
}

export const releaseWords = (plan: Plan): string => (plan.release.mode === 'hour' ? c('release.at', { hour: plan.release.hour }) : c('release.departure'))
export const siteName = (row: { name_zh: string; name_en: string }): string => say({ zh: row.name_zh, en: row.name_en })
export const grouped = (hash: string): string => hash.replace(/(.{4})(?=.)/g, '$1 ')
