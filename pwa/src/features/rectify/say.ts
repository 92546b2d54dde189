/** How items are spoken of: state, kind, deadline. */
import { dayInChina, isOver, isOverdue, workingDays, type AppealScore, type Calendar, type Item, type ItemState } from '../../core/rectification'
import { day, say } from '../../i18n'
import { isRectifyKey, r, type RectifyKey } from '../../i18n/rectify'

export type Tone = 'lost' | 'wait' | 'ask' | 'met' | 'act' | ''

export const kindName = (kind: string): string => r(`kind.${kind}` as RectifyKey)
export const severityName = (severity: string): string => r(`severity.${severity}` as RectifyKey)
export const stateName = (state: ItemState): string => r(`state.${state}` as RectifyKey)
export const moveName = (kind: string): string => (isRectifyKey(`move.${kind}`) ? r(`move.${kind}` as RectifyKey) : kind)
export const stateTone = (state: ItemState): Tone => ({ issued: 'ask', acknowledged: 'act', answered: 'act', done: 'wait', sent_back: 'lost', closed: 'met', lifted: 'met' } as const)[state]

export const todayHere = (): string => dayInChina(Date.now())

/** What a person asks of a deadline first. `calendar`: absent, the server's count of working days is as of now. */
export function dueWords(item: Item, calendar?: Calendar): { text: string; tone: Tone } | undefined {
  if (isOver(item.state) || item.state === 'done') return undefined
  const today = todayHere()
  const left = calendar ? workingDays(today, item.due_on, calendar) : item.days_left
  if (isOverdue(item, today)) return { text: r('due.past', { n: Math.max(1, -left) }), tone: 'lost' }
  if (item.due_on === today) return { text: r('due.today'), tone: 'lost' }
  return { text: r('due.left', { n: left }), tone: left <= 3 ? 'wait' : '' }
}

export const dueOn = (item: Item): string => `${day(item.due_on)}${item.due_guessed ? ` (${r('due.guessed')})` : ''}`

/** What an upheld appeal did to the whole: marks, a rate or a tier. */
export function scoreWords({ scheme, before, after, tier_before, tier_after }: AppealScore): string {
  if (tier_before && tier_after) return r('appeal.tier', { before: say(tier_before), after: say(tier_after) })
  return r(scheme === 'conformity' ? 'appeal.rate' : 'appeal.score', { before, after })
}
