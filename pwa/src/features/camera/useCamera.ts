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
import { metaValue, setMeta } from '../../store/db'
import type { Pen } from '../../store/documents'
import { ApiProblem, isStorageFull } from '../../store/failures'
import { clock, day, listed, say, t } from '../../i18n'
import { h } from '../../i18n/hall'
import { photosOf } from '../shared/rows'
import { wordsFor } from '../shared/problems'
import { mine, user } from '../shared/session'
import type { Visit } from '../shared/visit'

/** `resting`: given up while pictures come from elsewhere. */
export type Condition = 'opening' | 'open' | 'resting' | 'lost' | 'refused' | 'none' | 'busy' | 'unsupported'
type Source = 'camera' | 'system' | 'import'

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
  watch(visit.ready, (ready) => {
    const row = visit.indicators.value.find((one) => one.id === indicator)
    if (ready) kind.value = old.value?.kind ?? lacking.value[0]?.kind ?? row?.evidence[0]?.kind ?? 'scene'
  }, { immediate: true })
  const state = ref<Condition>('opening')
  const camera = shallowRef<Camera>()
  const torch = ref<boolean | null>(null)
  const zoom = ref(1)
  const busy = ref(false)
  const saved = ref(0)
  const problem = ref('')
  const notice = ref('')
  const waiting = shallowRef<{ raw: Raw; source: Source; name: string }>()
  let position: Position | null = null
  let gone = false

  const lines = computed(() => [
    `${clock(Date.now())}  ${new Date().toLocaleDateString('sv-SE')}`,
    say(visit.meta.value?.site.name),
    `${t('camera.by')} ${listed((visit.meta.value?.team ?? []).map((person) => person.name)) || user.value?.name || ''}`,
  ])

  onMounted(start)
  onBeforeUnmount(() => {
    gone = true
    holding = false
    camera.value?.close()
    waiting.value?.raw.close()
    document.removeEventListener('visibilitychange', resume)
  })

  async function start() {
    document.addEventListener('visibilitychange', resume)
    void cameBack()
    void readPosition()
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
      zoom.value = opened.zoom?.min ?? 1
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
    if (arrival?.position) position = await onePosition(10_000).catch(() => null)
  }

  /** Whether it was kept, or waits for its marks. */
  async function shoot(): Promise<boolean> {
    if (!video.value || busy.value || waiting.value) return false
    busy.value = true
    try {
      const shot = { raw: frame(video.value), source: 'camera' as const, name: `${indicator}-${day(Date.now())}-${clock(Date.now())}` }
      if (marksFirst.value) waiting.value = shot
      else await keep(shot, [])
      return true
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
    for (const file of files) {
      try {
        const shot = { raw: await decoded(file), source, name: file.name }
        if (marksFirst.value && files.length === 1) waiting.value = shot
        else await keep(shot, [])
      } catch (fault) {
        explain(fault)
        break
      }
    }
    busy.value = false
    if (!waiting.value) void wake()
  }

  async function marksDone(marks: Mark[]) {
    const shot = waiting.value!
    waiting.value = undefined
    busy.value = true
    try {
      await keep(shot, marks)
    } catch (fault) {
      explain(fault)
    } finally {
      busy.value = false
      void wake()
    }
  }
  function marksDropped() {
    waiting.value?.raw.close()
    waiting.value = undefined
    void wake()
  }

  async function keep({ raw, source, name }: { raw: Raw; source: Source; name: string }, marks: Mark[]) {
    problem.value = notice.value = ''
    const words = source === 'import' ? [t('photo.imported'), ...lines.value.slice(1)] : lines.value
    const made = await develop(raw, [marked(marks), watermark(words)])
    await visit.photograph({ indicator, finding, kind: kind.value, source, ...made, position, name, also: instead })
    replaces.value = null
    saved.value += 1
  }

  /** A photo taken again takes the place of the other one in the same step. */
  function instead(now: State, pen: Pen, target: string): Op[] {
    const before = old.value
    if (!before) return []
    return [...(before.order === null ? [] : [setOp(now, pen, `${target}/order`, before.order)]), removeOp(now, pen, before.target)]
  }

  function explain(fault: unknown) {
    const full = isStorageFull(fault) || (fault instanceof ApiProblem && fault.code === 'phone.storage_full')
    const unreadable = fault instanceof CameraProblem && fault.code === 'picture.unreadable'
    problem.value = full ? h('camera.full', { n: saved.value }) : unreadable ? h('camera.unreadable') : fault instanceof CameraProblem ? h('camera.busy_way') : wordsFor(fault)
  }

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
