/** Everything of this person that the server has not taken yet, and why. */
import { onMounted, ref, shallowRef } from 'vue'
import { localProblem } from '../../core/problems'
import { begunVisits, offerVisitAgain } from '../../store/begun'
import { dismiss, heldThere, letGo, type HeldThere } from '../../sync/carry/held'
import { listInspections } from '../../store/inspections'
import { heldRows, lastSync, needs, offerAgain, trouble } from '../../store/pending'
import { readState } from '../../store/documents'
import { checklist } from '../../store/inspections'
import { indicatorsOf } from '../../core/checklist'
import type { State } from '../../core/oplog'
import { say, t } from '../../i18n'
import { c, whyHeld } from '../../i18n/carry'
import { tell } from '../../ui/toasts'
import { kindName } from '../shared/choices'
import { useLive } from '../shared/live'
import { wordsFor } from '../shared/problems'
import { indicatorOf, photosOf } from '../shared/rows'
import { mine, online, sendNow } from '../shared/session'
import { aboutWords } from '../shared/value-words'

/** Shorter than that, a server that fails is the server's own affair. */
const DAY_MS = 24 * 3600 * 1000

export function useWaiting() {
  const db = mine()
  const { value: room, ready, error, again } = useLive(['inspections', 'ops', 'outbox', 'moves', 'photos', 'meta', 'checklists'], readRoom)
  const sending = ref(false)
  const answer = ref('')

  async function readRoom() {
    const [visits, held, last, { barred, refused }, photos, failing] = await Promise.all([listInspections(db), heldRows(db), lastSync(db), needs(db), db.photos.filter((photo) => photo.mine && photo.state !== 'draft').toArray(), trouble(db)])
    const refusedVisits = Object.entries(await begunVisits(db)).flatMap(([id, { refused }]) => (refused ? [{ id, why: say(refused.message) }] : []))
    const moves = await db.moves.filter((move) => move.state !== 'draft' && move.state !== 'aside').toArray()
    const known = await Promise.all(visits.map(async (visit) => {
      const [document, sheet] = await Promise.all([readState(db, visit.id), checklist(db, visit.checklist.digest)])
      return { visit, document, rows: sheet && indicatorsOf(sheet) }
    }))
    const of = (inspection: string) => known.find(({ visit }) => visit.id === inspection)
    const siteName = (inspection: string) => say(of(inspection)?.visit.site.name) || c('waiting.left')
    const rowName = (inspection: string, state: State | undefined, target: string) => {
      const id = state && indicatorOf(state, target)
      return id ? `${id} ${say(of(inspection)?.rows?.get(id)?.title)}` : ''
    }
    const described = photos.map((photo) => {
      const state = of(photo.inspection)?.document.state
      const told = state && photosOf(state).find((one) => one.id === photo.id)
      return { ...photo, about: [kindName(told?.kind ?? null), rowName(photo.inspection, state, `photo/${photo.id}`)].filter(Boolean).join(' · ') }
    })
    const waitingPhotos = described.filter((photo) => photo.state !== 'verified')
    const counted = known.map(({ visit, document }) => ({ id: visit.id, site: siteName(visit.id), own: document.ops.filter((op) => op.author === db.userId).length, count: document.mine.size - document.held.length }))
    const mail = { id: 'moves', site: c('waiting.item'), own: moves.length, count: moves.filter((move) => move.state === 'waiting').length }
    const refusedMoves = moves.filter((move) => move.state === 'refused')
    counted.push(mail)
    const ops = { all: counted.reduce((sum, one) => sum + one.own, 0), sent: counted.reduce((sum, one) => sum + one.own - one.count, 0) }
    const proved = { all: photos.length, sent: photos.length - waitingPhotos.length }
    return {
      last, barred, refused, ops, photos: proved, waitingPhotos, provedPhotos: described.filter((photo) => photo.state === 'verified'), all: ops.all + proved.all, sent: ops.sent + proved.sent,
      left: ops.all - ops.sent + waitingPhotos.length > 0,
      trouble: failing && Date.now() - failing.since > DAY_MS ? failing : undefined,
      notTaken: refusedVisits.map((one) => ({ ...one, site: siteName(one.id) })),
      visits: counted.filter((one) => one.count > 0),
      held: refusedMoves.map((move) => ({ id: move.id, code: move.code ?? 'held', site: c('waiting.item'), about: move.content.words ?? move.content.reason ?? c('waiting.item') })).concat(held.map(({ op, code }) => {
        const state = of(op.inspection)?.document.state
        const row = state && of(op.inspection)?.rows?.get(indicatorOf(state, op.target) ?? '')
        return { id: op.id, code, site: siteName(op.inspection), about: [rowName(op.inspection, state, op.target), state ? aboutWords(op.target, state, row) : t('about.other')].filter(Boolean).join(' · ') }
      })),
    }
  }

  async function send() {
    sending.value = true
    answer.value = ''
    try {
      const report = await sendNow()
      answer.value = report?.problem ? say(report.problem.message) : c(report?.outcome === 'done' ? (report.left ? 'waiting.photos_follow' : 'waiting.done') : report?.outcome === 'elsewhere' ? 'waiting.elsewhere' : 'waiting.not_reached')
    } catch (fault) {
      answer.value = wordsFor(fault)
    } finally {
      sending.value = false
      void askServer()
    }
  }

  /** What the server says of held steps; without a line there are only our own words for the code. */
  const there = shallowRef(new Map<string, HeldThere>())
  async function askServer() {
    try {
      if ((await heldRows(db)).length === 0) return
      await letGo(db)
      there.value = await heldThere()
    } catch {
      // Offline or signed out: the list stands as it is.
    }
  }
  onMounted(askServer)

  /** Whether it was done; if not, the screen says why. */
  async function setAside(op: string, reason: string): Promise<boolean> {
    try {
      await dismiss(db, there.value.get(op)!.id, reason)
      tell(c('held.dismissed'))
      return true
    } catch (fault) {
      tell(wordsFor(fault), undefined, 'wrong')
      return false
    }
  }

  /** Offers one step or photo to the server once more, and tells what came of it by the list itself. */
  async function retry(id: string) {
    await offerAgain(db, id)
    tell(c('held.asked'))
  }

  async function visitAgain(id: string) {
    await offerVisitAgain(db, id)
    tell(c('held.asked'))
  }

  const problemOf = (code: string, op = '') => say(there.value.get(op)?.message) || plainly(code)
  const plainly = (code: string) => (code.startsWith('phone.') ? say(localProblem(code).message) : whyHeld(code))
  return { room, ready, error, again, sending, send, answer, online, problemOf, retry, visitAgain, there, setAside }
}
