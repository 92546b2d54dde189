/**
 * Every place an op can write: which kinds, which values, which roles. One row per target of the merged document.
 *
 * The twin of `server/mingcha/core/oplog/targets.py`. A role is named as in DESIGN §1; `server` is nobody who signs in:
 * only deeds of the desk write there.
 */

import { caseId, itemId, tallyId } from './op'
import {
  decimal, each, flag, IDENTIFIER, like, moment, oneOf, orNothing, record, shortText, text, UUID, whole, type Check,
} from './values'

export type Role = 'inspector' | 'supervisor' | 'server'

const INSPECTOR: Role[] = ['inspector']
const TEAM: Role[] = ['inspector', 'supervisor']
const SUPERVISOR: Role[] = ['supervisor']
const SERVER: Role[] = ['server']

export const ELEMENT_ID = /^[0-9A-Za-z._:-]{1,98}$/

const VERDICTS = oneOf('met', 'not_met', 'not_applicable')
const PHOTO_KINDS = oneOf('signage', 'layout', 'badge', 'document', 'equipment', 'scene')
const POSITION = orNothing(
  record({ lat: decimal(2, 9, -90, 90), lon: decimal(3, 9, -180, 180), accuracy_m: whole(0, 10_000_000) }),
)
const IDENT = like(IDENTIFIER)
/** As it was typed: full-width digits, a comma, nonsense. What it means is the reading's affair (scoring). */
const TYPED = orNothing(shortText(512))
const POINTS = decimal(6, 4, -999_999, 999_999)
const CASE = whole(1, 9999)

const FINDING = record({ indicator: IDENT, clause: orNothing(IDENT), item: orNothing(IDENT), case: orNothing(CASE) })
const PHOTO = record({
  sha256: like(/^[0-9a-f]{64}$/), size: whole(1), kind: PHOTO_KINDS,
  taken_at: moment, offset_min: whole(-1440, 1440),
  position: POSITION, indicator: orNothing(IDENT), finding: orNothing(like(ELEMENT_ID)),
  source: oneOf('camera', 'system', 'import'), width: whole(0, 100_000), height: whole(0, 100_000),
  name: orNothing(shortText(255)),
})
const SAMPLE = record({ indicator: IDENT, case: CASE, label: shortText(500) })
const SIGNATURE = record({
  role: oneOf('inspector', 'centre'), name: shortText(100), refused: flag, reason: orNothing(text),
  strokes: each(each(whole(-100_000, 100_000))),
})

/** `path` has fixed words and patterns; `fits` is a check that needs the target's own segments too. */
export interface Target {
  path: (string | RegExp)[]
  roles: Role[]
  check: Check
  element?: true
  fits?: (segments: string[], value: never) => boolean
}

/** A finding's id is a UUID, or spells the clause (and the item, or the drawn case) that all phones count in it. */
function idSaysWhatItIs([, id]: string[], value: { indicator: string; clause: string | null; item: string | null; case: number | null }): boolean {
  const { indicator, clause, item, case: number } = value
  if (UUID.test(id!)) return true
  if (clause === null) return false
  if (item !== null) return id === itemId(indicator, clause, item)
  return id === (number === null ? tallyId(indicator, clause) : caseId(indicator, clause, number))
}

const TARGETS: Target[] = [
  { path: ['visit', 'arrived'], roles: TEAM, check: record({ at: moment, position: POSITION }) },
  { path: ['visit', 'present'], roles: TEAM, check: text },
  { path: ['visit', 'note'], roles: TEAM, check: text },
  { path: ['visit', 'submitted'], roles: TEAM, check: orNothing(record({ at: moment })) },
  { path: ['answer', IDENTIFIER, 'verdict'], roles: TEAM, check: orNothing(VERDICTS) },
  { path: ['answer', IDENTIFIER, 'measure', IDENTIFIER], roles: TEAM, check: TYPED },
  { path: ['answer', IDENTIFIER, 'award', IDENTIFIER], roles: TEAM, check: TYPED },
  { path: ['answer', IDENTIFIER, 'requirement', IDENTIFIER], roles: TEAM, check: orNothing(VERDICTS) },
  { path: ['answer', IDENTIFIER, 'note'], roles: TEAM, check: text },
  { path: ['answer', IDENTIFIER, 'reply'], roles: TEAM, check: orNothing(record({ text: shortText(4000, 1), of: like(UUID) })) },
  { path: ['finding', ELEMENT_ID], roles: TEAM, check: FINDING, element: true, fits: idSaysWhatItIs },
  { path: ['finding', ELEMENT_ID, 'count'], roles: TEAM, check: whole(1, 9999) },
  { path: ['finding', ELEMENT_ID, 'note'], roles: TEAM, check: text },
  { path: ['photo', UUID], roles: TEAM, check: PHOTO, element: true },
  { path: ['photo', UUID, 'kind'], roles: TEAM, check: orNothing(PHOTO_KINDS) },
  { path: ['photo', UUID, 'note'], roles: TEAM, check: orNothing(text) },
  { path: ['photo', UUID, 'finding'], roles: TEAM, check: orNothing(like(ELEMENT_ID)) },
  { path: ['photo', UUID, 'indicator'], roles: TEAM, check: orNothing(IDENT) },
  { path: ['photo', UUID, 'original'], roles: TEAM, check: like(UUID) },
  { path: ['photo', UUID, 'order'], roles: TEAM, check: orNothing(whole(0, 9999)) },
  { path: ['split', IDENTIFIER], roles: TEAM, check: orNothing(like(UUID)) },
  { path: ['sample', ELEMENT_ID], roles: TEAM, check: SAMPLE, element: true },
  { path: ['signature', ELEMENT_ID], roles: INSPECTOR, check: SIGNATURE, element: true },
  {
    path: ['review', 'adjust', IDENTIFIER], roles: SUPERVISOR,
    check: orNothing(record({ points: POINTS, reason: shortText(4000, 1) })),
  },
  { path: ['review', 'comment', IDENTIFIER], roles: SUPERVISOR, check: text },
  { path: ['review', 'waiver', IDENTIFIER], roles: SUPERVISOR, check: orNothing(record({ reason: shortText(4000, 1) })) },
  {
    path: ['review', 'return'], roles: SUPERVISOR,
    check: orNothing(record({ at: moment, comment: text, of: like(UUID) })),
  },
  {
    path: ['review', 'joined', ELEMENT_ID], roles: SERVER,
    check: orNothing(record({ into: like(ELEMENT_ID), photos: each(like(UUID)) })),
  },
  {
    path: ['review', 'late'], roles: SERVER,
    check: orNothing(record({ at: moment, reason: shortText(4000, 1), upto: whole(0) })),
  },
  {
    path: ['review', 'reopened'], roles: SERVER,
    check: orNothing(record({ at: moment, reason: shortText(4000, 1), snapshot: shortText(128, 1) })),
  },
  {
    path: ['review', 'approval'], roles: SERVER,
    check: orNothing(record({ at: moment, snapshot: shortText(128, 1), upto: whole(0) })),
  },
]

/** The row that a target belongs to; undefined when nothing of this kind exists. */
export function targetOf(path: string): Target | undefined {
  const segments = path.split('/')
  return TARGETS.find(
    (target) =>
      target.path.length === segments.length &&
      target.path.every((rule, i) => (typeof rule === 'string' ? rule === segments[i] : rule.test(segments[i]!))),
  )
}

export const kindsOf = (target: Target): string[] => (target.element ? ['add', 'remove'] : ['set'])

/** The roles that may write there; empty for what is no target. */
export const whoMay = (target: string): Role[] => targetOf(target)?.roles ?? []
