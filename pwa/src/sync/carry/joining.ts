/**
 * Joining a visit from a colleague's screen, before either phone has seen the server. The code carries what the second phone
 * cannot guess (the visit, its checklist's hash, neutral words, whose invitation it is and that phone's seal); the checklist
 * itself is too large for a code: it must be on the phone, or come with the next network.
 */

import { isRecord } from '../../core/oplog/values'
import { clock, timestamp } from '../../store/clock'
import { setMeta, type InspectionMeta, type UserDb } from '../../store/db'
import { deviceName } from '../../store/documents'
import { ApiProblem } from '../../store/failures'
import { checklist, inspection } from '../../store/inspections'
import { nudge } from '../../store/nudge'
import { currentUser } from '../../store/shared'
import type { Transport } from '../transport'
import { problemOf } from './problems'
import { sealer, textOfInvitation } from './seals'

const MARK = 'MINGCHA1'

/** Short names: each byte makes the code denser. `w` never names the site: anybody may glance at the screen. */
interface Said {
  i: string
  c: [slug: string, version: string, digest: string]
  w: string
  d: string | null
  f: [id: string, name: string]
  p: string
  a: string
  s: string
}

export interface Invitation {
  inspection: string
  checklist: { slug: string; version: string; digest: string }
  words: string
  visit_on: string | null
  inviter: { id: string; name: string }
  device: string
  at: string
  /** Empty where the inviter's phone had no key yet: who is on the team needs none. */
  seal: string
}

/** The text of the code for one visit, in ASCII. */
export async function invite(db: UserDb, id: string): Promise<string> {
  const [visit, user, device, seal] = await Promise.all([inspection(db, id), currentUser(), deviceName(db), sealer(db)])
  if (!visit || !user) throw new ApiProblem('phone.unexpected')
  const at = timestamp()
  const { slug, version, digest } = visit.checklist
  const said: Said = {
    i: id, c: [slug, version, digest], w: neutralWords(visit), d: visit.visit_on, f: [user.id, user.name], p: device, a: at,
    s: seal ? await seal(textOfInvitation({ inspection: id, checklist: digest, inviter: user.id, device, at })) : '',
  }
  return MARK + JSON.stringify(said).replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

function neutralWords(visit: InspectionMeta): string {
  const campaign = typeof visit.campaign_title === 'string' ? visit.campaign_title : (visit.campaign_title?.zh ?? '')
  return (campaign || visit.checklist.title.zh).slice(0, 20)
}

/** Throws ApiProblem for what is no invitation. */
export function readInvitation(text: string): Invitation {
  const said = text.startsWith(MARK) && text.length < 4096 ? parsed(text.slice(MARK.length)) : null
  if (!said) throw new ApiProblem(problemOf('phone.invitation_unreadable'))
  const [slug, version, digest] = said.c
  return {
    inspection: said.i, checklist: { slug, version, digest }, words: said.w, visit_on: said.d,
    inviter: { id: said.f[0], name: said.f[1] }, device: said.p, at: said.a, seal: said.s,
  }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

function parsed(text: string): Said | null {
  try {
    const said = JSON.parse(text) as unknown
    if (!isRecord(said)) return null
    const { i, c, w, d, f, p, a, s } = said as Partial<Said>
    const texts = (list: unknown, n: number): boolean => Array.isArray(list) && list.length === n && list.every((one) => typeof one === 'string' && one.length <= 100)
    const fine = texts([i, w, p, a, s], 5) && (d === null || texts([d], 1)) && texts(c, 3) && texts(f, 2)
      && UUID.test(i!) && UUID.test(f![0]) && /^[0-9a-f]{64}$/.test(c![2])
    return fine ? (said as unknown as Said) : null
  } catch {
    return null
  }
}

export interface Joined {
  id: string
  /** Whether the checklist is here, so that work can begin now. */
  ready: boolean
  /** It was on the phone already. */
  known: boolean
}

/** Opens the visit on this phone. What the server says of it later takes its place; what is written meanwhile stays. */
export async function join(db: UserDb, invitation: Invitation): Promise<Joined> {
  const { inspection: id, checklist: pinned, words, visit_on, inviter, device, at, seal } = invitation
  const user = await currentUser()
  const content = await checklist(db, pinned.digest)
  const known = await inspection(db, id)
  if (!known) {
    const title = content?.title ?? { zh: pinned.slug, en: pinned.slug }
    const team = [inviter, ...(user ? [{ id: user.id, name: user.name }] : [])]
    await db.transaction('rw', ['inspections', 'meta'], async (tables) => {
      await tables.inspections.put({
        id, site: { id: '', name: { zh: words, en: words }, region: '', address: '' }, checklist: { ...pinned, title }, team,
        state: 'in_progress', campaign_title: words, visit_on, updated_seq: 0, joined: { inviter, device, at, seal },
        ...(content && { prepared_at: timestamp() }),
      })
      await setMeta(tables, 'joining', true)
    })
    nudge()
  }
  return { id, ready: content !== undefined, known: known !== undefined && !known.joined }
}

/** The inviter may have begun the visit without a network: while the server knows of none it is asked again, for some days. */
const AGAIN_MS = 2 * 60_000
const AGAIN_FOR_MS = 3 * 24 * 3600 * 1000

const isOpen = ({ joined }: InspectionMeta): boolean =>
  joined !== undefined && (joined.standing === undefined || (joined.standing === 'join.invitation' && clock.now() - Date.parse(joined.at) < AGAIN_FOR_MS))

/** Tells the server of visits that were joined by a code, so that it knows why ops come from somebody new. */
export async function askToJoin(db: UserDb, transport: Transport): Promise<void> {
  const open = (await db.inspections.filter(isOpen).toArray()).filter(({ joined }) => clock.now() - (joined!.asked_at ?? 0) >= AGAIN_MS)
  for (const { id, checklist: { digest }, joined } of open) {
    const { inviter, device, at, seal } = joined!
    const body = { inspection: id, checklist: digest, inviter: inviter.id, device, at, seal }
    try {
      const { standing } = (await transport.ask('/joins', { method: 'POST', body })) as { standing: string }
      await db.inspections.update(id, { joined: { ...joined!, standing } })
    } catch (failure) {
      if (!(failure instanceof ApiProblem) || failure.family !== 'refused') throw failure
      await db.inspections.update(id, { joined: { ...joined!, standing: failure.code, asked_at: clock.now() } })
    }
  }
  await db.transaction('rw', ['inspections', 'meta'], async (tables) => {
    if (!(await tables.inspections.filter(isOpen).count())) await setMeta(tables, 'joining', undefined)
  })
}
