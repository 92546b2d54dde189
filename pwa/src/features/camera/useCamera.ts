/**
 * Taking photos for one row. A frame is developed, hashed and stored with its op before the next one can be taken; marks and
 * what is made unreadable are burned in before that. Whatever the phone does meanwhile, what was taken is kept.
 */
import { computed, onBeforeUnmount, onMounted, ref, shallowRef, watch, type Ref } from 'vue'
import { removeOp, setOp, value, type Op, type State } from '../../core/oplog'
import { back, here } from '../../ui/route'
import { CameraProblem, decoded, develop, frame, openCamera, watermark, type Camera, type Raw } from '../../device/camera'
import { marked, type Mark } from '../../device/marks'
import { onePosition, type Position } from '../../device/position'
import { takenAt } from '../../device/taken'
import { randomUuid, timestamp } from '../../store/clock'
import { metaValue, setMeta } from '../../store/db'
import type { Pen } from '../../store/documents'
import { ApiProblem, isStorageFull } from '../../store/failures'
import { clock, day, listed, say } from '../../i18n'
import { h } from '../../i18n/hall'
import { photosOf } from '../shared/rows'
import { wordsFor } from '../shared/problems'
import { mine, user } from '../shared/session'
import type { Visit } from '../shared/visit'
import { burned } from './burned'

/** `resting`: given up while pictures come from elsewhere. */
export type Condition = 'opening' | 'open' | 'resting' | 'lost' | 'refused' | 'none' | 'busy' | 'unsupported'
type Source = 'camera' | 'system' | 'import'
/** A picture on its way: when it was taken, not when its marks were done. `which`: one of several. */
interface Shot { id: string; raw: Raw; source: Source; name: string; at: number; position: Position | null; which?: { n: number; all: number } }

/** Kept while the app is open: who marks one picture marks the next. */
const marksFirst = ref(false)

/** A finger that rests on the shutter must not fill the phone. */
const BURST_MOST = 10
const BURST_PAUSE_MS = 250

/** In the store while the system's own camera is in front: Android may end this page meanwhile. */
const AWAY = 'system_camera'

export function useCamera(visit: Visit, indicator: string, video: Ref<HTMLVideoElement | undefined>) {
  const finding = here.value?.query.finding ?? null
  const replaces = ref(here.value?.query.replace ?? null)
  const lacking = computed(() => visit.lines.value.get(indicator)?.missing ?? [])
  const old = computed(() => photosOf(visit.state.value, indicator).find((one) => one.id === replaces.value))
  /** What the row wants first, once the visit is read (a page that the phone ended begins here); then what the person chose. */
  const kind = ref<string>('scene')
  const position = shallowRef<Position | null>(null)
  watch(visit.ready, (ready) => {
    if (!ready) return
    const row = visit.indicators.value.find((one) => one.id === indicator)
    kind.value = old.value?.kind ?? lacking.value[0]?.kind ?? row?.evidence[0]?.kind ?? 'scene'
    void readPosition()
  }, { immediate: true })
  const state = ref<Condition>('opening')
  const camera = shallowRef<Camera>()
  const torch = ref<boolean | null>(null)
  const zoom = ref(1)
  const busy = ref(false)
  const saved = ref(0)
  const problem = ref('')
  const notice = ref('')
  const waiting = shallowRef<Shot>()
  let gone = false

  const wordsOn = ({ id, at, source, position }: Omit<Shot, 'raw' | 'name'>) =>
    burned({ at, imported: source === 'import', site: say(visit.meta.value?.site.name), position, by: user.value?.name ?? '', photo: id })
  const now = ref(Date.now())
  const ticking = setInterval(() => { now.value = Date.now() }, 5000)
  const lines = computed(() => wordsOn({ id: '', at: now.value, source: 'camera', position: position.value }))

  onMounted(start)
  onBeforeUnmount(() => {
    gone = true
    clearInterval(ticking)
    holding = false
    camera.value?.close()
    waiting.value?.raw.close()
    document.removeEventListener('visibilitychange', resume)
  })

  async function start() {
    document.addEventListener('visibilitychange', resume)
    void cameBack()
    await open()
  }

  /** The page was ended while the system's camera was open: says what is kept, and where that one picture is. */
  async function cameBack() {
    if (await metaValue(mine(), AWAY)) notice.value = h('camera.killed')
    await returned()
  }
  const away = () => void setMeta(mine(), AWAY, { inspection: visit.id, indicator }).catch(() => undefined)
  const returned = () => setMeta(mine(), AWAY, undefined).catch(() => undefined)

  /** Only the opening that was asked for last counts. */
  let turn = 0
  async function open() {
    const asked = ++turn
    state.value = 'opening'
    camera.value?.close()
    try {
      const opened = await openCamera(video.value!, (is) => {
        if (gone || camera.value !== opened) return
        if (is === 'lost') state.value = 'lost'
        else if (state.value === 'lost') state.value = 'open'
      })
      if (gone || asked !== turn) return opened.close()
      camera.value = opened
      torch.value = opened.torch ? false : null
      zoom.value = opened.zoom?.now ?? 1
      state.value = 'open'
    } catch (fault) {
      if (asked !== turn) return
      const code = fault instanceof CameraProblem ? fault.code.replace('camera.', '') : 'busy'
      state.value = (['refused', 'none', 'unsupported'].includes(code) ? code : 'busy') as Condition
    }
  }

  /** Its frames take more memory than any picture: nobody looks through it while files are read. */
  async function rest() {
    if (state.value !== 'open' && state.value !== 'opening') return
    turn += 1
    camera.value?.close()
    state.value = 'resting'
    await new Promise((done) => setTimeout(done, 100)) // until the last frames are gone
  }
  const wake = async () => { if (state.value === 'resting' && !gone) await open() }

  /** After a call or another app the phone may have taken the camera away. */
  function resume() {
    if (document.visibilityState !== 'visible' || !['open', 'lost', 'busy'].includes(state.value)) return
    const track = (video.value?.srcObject as MediaStream | null)?.getVideoTracks()[0]
    if (!track || track.readyState === 'ended' || track.muted) void open()
  }

  /** One reading for the photos, only where the arrival gave one: who declined then is not asked again. */
  async function readPosition() {
    const arrival = value(visit.state.value, 'visit/arrived') as { position?: unknown } | null
    if (arrival?.position) position.value = await onePosition(10_000).catch(() => null)
  }

  /** Whether it was kept. */
  async function shoot(): Promise<boolean> {
    if (!video.value || busy.value || waiting.value) return false
    busy.value = true
    try {
      const at = Date.now()
      return await take({ id: randomUuid(), raw: frame(video.value), source: 'camera', name: `${indicator}-${day(at)}-${clock(at)}`, at, position: position.value })
    } catch (fault) {
      explain(fault)
      return false
    } finally {
      busy.value = false
    }
  }

  /** Held down, it goes on: each frame is stored before the next is taken. */
  let holding = false
  let burst = 0
  let delay: ReturnType<typeof setTimeout> | undefined
  function press() {
    burst = 0
    if (marksFirst.value || replaces.value) return
    delay = setTimeout(async () => {
      holding = true
      while (holding && burst < BURST_MOST && (await shoot())) {
        burst += 1
        await new Promise((done) => setTimeout(done, BURST_PAUSE_MS))
      }
    }, 400)
  }
  function release() {
    clearTimeout(delay)
    holding = false
  }
  async function touch() {
    release()
    if (!burst) await shoot()
    burst = 0
  }

  async function keepFile(event: Event, source: 'system' | 'import') {
    const input = event.target as HTMLInputElement
    const files = [...(input.files ?? [])]
    input.value = ''
    void returned()
    if (!files.length) return
    busy.value = true
    await rest()
    const place = source === 'import' ? null : position.value // where an imported picture was taken, nobody knows
    const failed: { name: string; fault: unknown }[] = []
    for (const [before, file] of files.entries()) {
      const which = files.length > 1 ? { n: before + 1, all: files.length } : undefined
      await decoded(file)
        .then(async (raw) => take({ id: randomUuid(), raw, source, name: file.name, at: await takenAt(file), position: place, which }))
        .catch((fault: unknown) => failed.push({ name: file.name, fault }))
    }
    busy.value = false
    if (files.length === 1 && failed[0]) explain(failed[0].fault)
    else if (failed.length) problem.value = h('camera.some_not_kept', { n: failed.length, all: files.length, names: listed(failed.map(({ name }) => name)), why: listed([...new Set(failed.map(({ fault }) => reason(fault)))]) })
    void wake()
  }

  /** Burns the marks in first where somebody asked for that; whether it was kept then. */
  async function take(shot: Shot): Promise<boolean> {
    const marks = marksFirst.value ? await askMarks(shot) : []
    if (marks) await keep(shot, marks)
    else shot.raw.close()
    return Boolean(marks)
  }

  /** One picture after the other waits for its marks; null: left out. */
  let decide: (marks: Mark[] | null) => void = () => {}
  async function askMarks(shot: Shot): Promise<Mark[] | null> {
    waiting.value = shot
    const marks = await new Promise<Mark[] | null>((done) => { decide = done })
    waiting.value = undefined
    return marks
  }
  const marksDone = (marks: Mark[]) => decide(marks)
  const marksDropped = () => decide(null)

  async function keep(shot: Shot, marks: Mark[]) {
    const { id, raw, source, name, at, position } = shot
    problem.value = notice.value = ''
    const made = await develop(raw, [marked(marks), watermark(wordsOn(shot))])
    await visit.photograph({ id, indicator, finding, kind: kind.value, source, ...made, taken_at: timestamp(at), position, name, also: instead })
    replaces.value = null
    saved.value += 1
  }

  /** A photo taken again takes the place of the other one in the same step. */
  function instead(now: State, pen: Pen, target: string): Op[] {
    const before = old.value
    if (!before) return []
    return [...(before.order === null ? [] : [setOp(now, pen, `${target}/order`, before.order)]), removeOp(now, pen, before.target)]
  }

  const isFull = (fault: unknown) => isStorageFull(fault) || (fault instanceof ApiProblem && fault.code === 'phone.storage_full')
  const isUnreadable = (fault: unknown) => fault instanceof CameraProblem && fault.code === 'picture.unreadable'
  function explain(fault: unknown) {
    problem.value = isFull(fault) ? h('camera.full', { n: saved.value }) : isUnreadable(fault) ? h('camera.unreadable') : fault instanceof CameraProblem ? h('camera.busy_way') : wordsFor(fault)
  }
  const reason = (fault: unknown) => (isFull(fault) ? h('camera.why_full') : isUnreadable(fault) ? h('camera.why_unreadable') : wordsFor(fault))

  async function flip() {
    const next = !torch.value
    await camera.value?.setTorch(next).then(() => { torch.value = next }, () => { torch.value = null })
  }
  function zoomTo(factor: number) {
    const range = camera.value?.zoom
    if (!range) return
    zoom.value = Math.min(range.max, Math.max(range.min, factor))
    void camera.value?.setZoom(zoom.value)
  }

  const leave = () => back(`/visit/${visit.id}/row/${indicator}`)
  return { kind, lacking, state, camera, busy, saved, problem, notice, torch, zoom, zoomTo, flip, press, release, touch, keepFile, away, returned, open, lines, leave, marksFirst, waiting, marksDone, marksDropped, replaces }
}
