/** Taking photos for one row. A frame is compressed, hashed and stored with its op before it counts as taken. */
import { computed, onBeforeUnmount, onMounted, ref, shallowRef, type Ref } from 'vue'
import { back, here } from '../../ui/route'
import { compress, grab, openCamera, type Camera } from '../../device/camera'
import { onePosition, type Position } from '../../device/position'
import { keepPhoto } from '../../store/photos'
import { isStorageFull } from '../../store/failures'
import { clock, day, listed, say, t } from '../../i18n'
import { wordsFor } from '../shared/problems'
import { mine, user } from '../shared/session'
import type { Visit } from '../shared/visit'
import { value } from '../../core/oplog'

export function useCamera(visit: Visit, indicator: string, video: Ref<HTMLVideoElement | undefined>) {
  const finding = here.value?.query.finding ?? null
  const row = visit.indicators.value.find((one) => one.id === indicator)
  const lacking = visit.lines.value.get(indicator)?.missing[0]?.kind
  const kind = ref<string>(lacking ?? row?.evidence[0]?.kind ?? 'scene')
  const state = ref<'opening' | 'open' | 'refused'>('opening')
  const camera = shallowRef<Camera>()
  const torch = ref<boolean | null>(null)
  const busy = ref(false)
  const saved = ref(0)
  const problem = ref('')
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
    camera.value?.close()
    document.removeEventListener('visibilitychange', resume)
  })

  async function start() {
    document.addEventListener('visibilitychange', resume)
    void readPosition()
    await open()
  }

  async function open() {
    try {
      const opened = await openCamera(video.value!)
      if (gone) return opened.close()
      camera.value = opened
      torch.value = opened.torch ? false : null
      state.value = 'open'
    } catch {
      state.value = 'refused'
    }
  }

  /** After a call or another app the phone may have taken the camera away. */
  function resume() {
    if (document.visibilityState !== 'visible' || state.value !== 'open') return
    const track = (video.value?.srcObject as MediaStream | null)?.getVideoTracks()[0]
    if (!track || track.readyState === 'ended') void open()
  }

  /** One reading for the photos, only where the arrival gave one: who declined then is not asked again. */
  async function readPosition() {
    const arrival = value(visit.state.value, 'visit/arrived') as { position?: unknown } | null
    if (arrival?.position) position = await onePosition(10_000).catch(() => null)
  }

  async function shoot() {
    if (!video.value || busy.value) return
    busy.value = true
    try {
      await keep(await grab(video.value), 'camera', `${indicator}-${day(Date.now())}-${clock(Date.now())}`)
    } catch (fault) {
      problem.value = isStorageFull(fault) ? t('error.full') : wordsFor(fault)
    } finally {
      busy.value = false
    }
  }

  async function keepFile(event: Event, source: 'system' | 'import') {
    const input = event.target as HTMLInputElement
    const files = [...(input.files ?? [])]
    input.value = ''
    busy.value = true
    for (const file of files) {
      try {
        await keep(file, source, file.name)
      } catch (fault) {
        problem.value = isStorageFull(fault) ? t('error.full') : wordsFor(fault)
        break
      }
    }
    busy.value = false
  }

  async function keep(picture: Blob, source: 'camera' | 'system' | 'import', name: string) {
    problem.value = ''
    const made = await compress(picture, source === 'import' ? [t('photo.imported'), ...lines.value.slice(1)] : lines.value)
    await keepPhoto(mine(), { inspection: visit.id, indicator, finding, kind: kind.value, source, ...made, position, name })
    visit.savedAt.value = Date.now()
    saved.value += 1
  }

  async function flip() {
    const next = !torch.value
    await camera.value?.setTorch(next).then(() => { torch.value = next }, () => { torch.value = null })
  }

  const leave = () => back(`/visit/${visit.id}/row/${indicator}`)
  return { kind, state, busy, saved, problem, torch, flip, shoot, keepFile, lines, leave }
}
