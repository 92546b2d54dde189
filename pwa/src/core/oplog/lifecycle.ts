/**
 * Where an inspection stands, read from what people said in it; no clock and no order of arrival decides.
 *
 * A return answers a submission by its op id (`of`), so "newer" means: a submission that names the returned one in `over`
 * is another op, and the return does not answer it. An approval stands until the deed sets it to null (re-opened).
 * The twin of `server/mingcha/core/oplog/lifecycle.py`.
 */

import type { State } from './op'
import { heads } from './read'

export type InspectionState = 'assigned' | 'in_progress' | 'submitted' | 'returned' | 'approved' | 'published'

/**
 * `published` is the campaign's word, not the inspection's; it counts only while an approval stands.
 *
 * Two submissions that did not see each other are one: a return of either returns both. Where one inspector took the
 * submission back and another confirmed it, it counts as submitted and the conflict is shown.
 */
export function inspectionState(state: State, { published = false } = {}): InspectionState {
  if (said(state, 'review/approval').length) return published ? 'published' : 'approved'
  const submitted = said(state, 'visit/submitted')
  if (submitted.length) {
    const answered = heads(state, 'review/return').map((head) => (head.value as { of: string } | null)?.of)
    return submitted.some((id) => answered.includes(id)) ? 'returned' : 'submitted'
  }
  const begun =
    Object.keys(state.elements).length > 0 || Object.keys(state.fields).some((target) => !target.startsWith('review/'))
  return begun ? 'in_progress' : 'assigned'
}

/** The op ids of the heads that say something. */
const said = (state: State, target: string): string[] =>
  heads(state, target).filter((head) => head.value !== null).map((head) => head.op)
