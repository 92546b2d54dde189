/** Going through the queue without the mouse: j and k, Enter, / and ? on a keyboard; a sideways swipe on a phone. */
import { computed, onBeforeUnmount, onMounted, ref, type Ref } from 'vue'
import { go } from '../../ui/route'
import type { Queue } from './useQueue'

/** Swipes shorter than this, or steeper, are a finger that scrolls. */
const LEAST_PX = 70
const FLATTER = 2

export function useWalk(queue: Queue, id: Ref<string | undefined>, help: () => void) {
  const marked = ref<string>()
  const ids = computed(() => (queue.list.value ?? []).map((one) => one.id))
  const at = computed(() => ids.value.indexOf(id.value ?? marked.value ?? ''))
  const beside = (step: 1 | -1) => (at.value < 0 ? (step > 0 ? ids.value[0] : undefined) : ids.value[at.value + step])
  const open = (one: string | undefined) => one && go(`/review/${one}${queue.address.value}`)

  /** Opens the neighbour where one is open already; marks it in the list otherwise. */
  async function walk(step: 1 | -1) {
    if (step > 0 && !beside(1)) await queue.goOn()
    const one = beside(step)
    if (!one) return
    if (id.value) return void open(one)
    marked.value = one
    document.getElementById(`queued-${one}`)?.focus()
  }

  function pressed(event: KeyboardEvent) {
    const typing = event.target instanceof HTMLElement && event.target.closest('input, textarea, select, [contenteditable], dialog')
    if (typing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) return
    const does: Record<string, (() => unknown) | undefined> = {
      j: () => walk(1), k: () => walk(-1), '?': help,
      '/': () => document.querySelector<HTMLInputElement>('.queue input[type=search]')?.focus(),
      u: id.value ? () => go(`/review${queue.address.value}`) : undefined,
    }
    const deed = does[event.key]
    if (!deed) return
    event.preventDefault()
    void deed()
  }

  let began: { x: number; y: number } | undefined
  const touched = (event: TouchEvent) => {
    const [finger] = event.touches
    // What scrolls sideways by itself, and what a finger drags, keeps its own meaning.
    const own = event.target instanceof HTMLElement && event.target.closest('input, textarea, select, dialog, [data-own-swipe]')
    began = event.touches.length === 1 && finger && !own ? { x: finger.clientX, y: finger.clientY } : undefined
  }
  const lifted = (event: TouchEvent) => {
    const [finger] = event.changedTouches
    if (!began || !finger || !id.value) return
    const [x, y] = [finger.clientX - began.x, finger.clientY - began.y]
    began = undefined
    if (Math.abs(x) >= LEAST_PX && Math.abs(x) > FLATTER * Math.abs(y)) void walk(x < 0 ? 1 : -1)
  }

  onMounted(() => addEventListener('keydown', pressed))
  onBeforeUnmount(() => removeEventListener('keydown', pressed))
  return { marked, walk, touched, lifted, at, count: computed(() => ids.value.length), before: computed(() => beside(-1)), after: computed(() => (id.value ? (beside(1) ?? queue.next.value ?? undefined) : undefined)) }
}
