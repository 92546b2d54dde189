/** The gallery of one inspection: its photos, the reason for looking at private ones, covering, the proof. */
import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue'
import { g } from '../../i18n/gallery'
import { tell } from '../../ui/toasts'
import { KINDS } from '../shared/choices'
import { wordsFor } from '../shared/problems'
import { online } from '../shared/session'
import { cover, file, look, original, proofPath, type Box, type Gallery, type Photo } from './desk'
import { begun, sections, type By } from './order'

/** Asked once for each inspection while the app is open; written nowhere on this device. */
const reasons = new Map<string, string>()

/** A first screen's pictures: drawn and fetched before any other. */
const FIRST = 12
/** The rest comes after this long even if one of them is slow. */
const FIRST_MS = 4000

export function useGallery(id: string) {
  const gallery = shallowRef<Gallery>()
  const problem = ref('')
  const by = ref<By>('row')
  const onlyFlagged = ref(false)
  const reason = ref(reasons.get(id) ?? '')
  /** What waits for a reason. */
  const asking = shallowRef<(() => void) | null>(null)
  const busy = ref(false)
  const stop = new AbortController()
  const whole = ref(false)
  const there = new Set<string>()
  const late = setTimeout(() => { whole.value = true }, FIRST_MS)

  async function refresh() {
    problem.value = ''
    try {
      gallery.value = await look(id, stop.signal)
    } catch (fault) {
      if (!stop.signal.aborted) problem.value = wordsFor(fault)
    }
  }

  /** Goes on at once where the reason was given before, else when it is. */
  function withReason(go: () => void) {
    if (reason.value) go()
    else asking.value = go
  }

  function say(why: string) {
    reason.value = why
    reasons.set(id, why)
    const go = asking.value
    asking.value = null
    go?.()
  }

  async function deed(work: () => Promise<unknown>, done: string): Promise<boolean> {
    busy.value = true
    try {
      await work()
      tell(done)
      return true
    } catch (fault) {
      tell(wordsFor(fault), undefined, 'wrong')
      return false
    } finally {
      busy.value = false
    }
  }

  watch(online, (now) => { if (now && problem.value) void refresh() })
  onScopeDispose(() => { stop.abort(); clearTimeout(late) })
  void refresh()

  const shown = computed(() => (gallery.value ? sections(gallery.value.photos, gallery.value.rows, KINDS, by.value, onlyFlagged.value) : []))
  const drawn = computed(() => (whole.value ? shown.value : begun(shown.value, FIRST)))
  const first = computed(() => new Set(begun(shown.value, FIRST).flatMap((section) => section.photos.map((photo) => photo.id))))
  return {
    /** what of it is on the page already, and which photos come first */
    drawn, first,
    /** A picture is painted, or it is known that there is none. */
    seen(photo: string) {
      there.add(photo)
      if ([...first.value].every((each) => there.has(each))) whole.value = true
    },
    gallery, problem, by, onlyFlagged, reason, asking, busy, online, shown, refresh, withReason, say,
    /** in the order of the screen */
    inOrder: computed(() => shown.value.flatMap((section) => section.photos)),
    flagged: computed(() => gallery.value?.photos.filter((photo) => photo.flags.length).length ?? 0),
    titles: computed(() => new Map(gallery.value?.rows.map((row) => [row.id, row.title]) ?? [])),
    async keepBoxes(photo: Photo, boxes: Box[]) {
      const kept = await deed(() => cover(photo.id, boxes), g(boxes.length ? 'cover.kept' : 'cover.none'))
      if (kept) await refresh()
      return kept
    },
    takeOriginal: (photo: Photo) => withReason(() => void deed(async () => hand(await original(photo.id, reason.value), `${photo.id}.bin`), g('proof.done'))),
    takeProof: (originals: boolean) => {
      const go = () => void deed(async () => hand(await file(`${proofPath(id)}${originals ? '?originals=true' : ''}`, originals ? reason.value : undefined), `mingcha-${id}.zip`), g('proof.done'))
      return originals ? withReason(go) : go()
    },
  }
}

/** Gives a file to the browser to save. */
function hand(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
