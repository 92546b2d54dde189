/** The fields of a whole visit in words: those of one row have theirs in `shared/value-words`. */
import type { Json } from '../../core/canonical'
import type { Indicator } from '../../core/checklist'
import type { State } from '../../core/oplog'
import { clock, day } from '../../i18n'
import { r, type ReviewKey } from '../../i18n/review'
import { aboutWords, valueWords } from '../shared/value-words'

/** What belongs to no row; photos of no row have their waiver under the same name. */
export const NO_ROW = '-'
const OWN = /^(visit\/(arrived|submitted)|review\/(return|approval|reopened|late)|(signature|split|sample))(\/|$)/

export function fieldName(target: string, state: State, row?: Indicator): string {
  const own = OWN.exec(target)
  return own ? r(`field.${own[2] ?? own[3] ?? own[4]!}` as ReviewKey) : aboutWords(target, state, row)
}

export function fieldValue(target: string, found: Json, row?: Indicator): string {
  const told = found as { at?: string; comment?: string; reason?: string } | null
  if (!told || !OWN.test(target) || !told.at) return valueWords(target, found, row)
  return [`${day(told.at)} ${clock(told.at)}`, told.comment ?? told.reason].filter(Boolean).join(' · ')
}
