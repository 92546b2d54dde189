/**
 * One draft under somebody's hands. What is typed is kept on this device at once and saved to the server after a pause;
 * if somebody else saved in between, both states stay until the person chooses.
 */
import { computed, onScopeDispose, reactive, ref, shallowRef, toRaw, watch } from 'vue'
import type { Checklist, Words } from '../../core/checklist'
import { ApiProblem } from '../../store/failures'
import { metaValue, setMeta } from '../../store/db'
import { go, replace } from '../../ui/route'
import { tell } from '../../ui/toasts'
import { w } from '../../i18n/desk'
import { wordsFor } from '../shared/problems'
import { mine, online } from '../shared/session'
import { dropDraft, publishDraft, readDraft, saveDraft, type DraftSeen, type Fault, type Left } from './desk'
import { differing, whole } from './edit'

export type Saving = 'saved' | 'unsaved' | 'saving' | 'offline' | 'stale' | 'refused'
interface Kept { content: Checklist; seq: number }

/** What a rule says about a place says it better than the file's form does. */
const SHAPE = 'shape.invalid'
const PAUSE_MS = 1200
const AGAIN_MS = 10_000

export function useDraft(id: string) {
  const content = shallowRef<Checklist>()
  const theirs = shallowRef<DraftSeen>()
  const faults = shallowRef<Fault[]>([])
  const report = shallowRef<Left[]>([])
  const problem = ref('')
  const saving = ref<Saving>('saved')
  const why = ref('')
  const busy = ref(false)
  const shelf = `checklist-draft:${id}`
  const stop = new AbortController()
  let seq = 0
  let turn = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  let running: Promise<void> | undefined

  const plain = (): Checklist => JSON.parse(JSON.stringify(toRaw(content.value))) as Checklist
  const show = (next: Checklist) => { content.value = reactive(whole(next)) as Checklist }

  async function open() {
    problem.value = ''
    const kept = await metaValue<Kept>(mine(), shelf)
    try {
      const found = await readDraft(id, stop.signal)
      take(found)
      show(kept?.content ?? found.content)
      if (!kept) return
      turn++
      if (kept.seq === found.seq) return plan(0)
      theirs.value = found
      saving.value = 'stale'
    } catch (fault) {
      if (stop.signal.aborted) return
      problem.value = wordsFor(fault)
      if (!kept) return
      seq = kept.seq
      turn++
      show(kept.content)
      saving.value = 'offline'
      plan(AGAIN_MS)
    }
  }

  function take(found: DraftSeen) {
    seq = found.seq
    faults.value = found.faults.filter((fault) => fault.code !== SHAPE || !found.faults.some((other) => other.code !== SHAPE && other.path === fault.path))
    report.value = found.report ?? []
  }

  /** Every change of the form goes through here. */
  function change<T>(act: (draft: Checklist) => T): T {
    const done = act(content.value!)
    turn++
    void setMeta(mine(), shelf, { content: plain(), seq } satisfies Kept)
    if (saving.value !== 'stale') {
      saving.value = saving.value === 'offline' ? 'offline' : 'unsaved'
      plan(PAUSE_MS)
    }
    return done
  }

  /** Sets one field of something in the draft; undefined takes the field away. */
  function put<T extends object, K extends keyof T>(holder: T, field: K, value: T[K] | undefined): void {
    change(() => { if (value === undefined) delete holder[field]; else holder[field] = value })
  }

  function plan(pause: number) {
    clearTimeout(timer)
    timer = setTimeout(() => void save(), pause)
  }

  async function save(): Promise<void> {
    clearTimeout(timer)
    await running
    if (saving.value === 'stale' || !content.value) return
    running = send().finally(() => { running = undefined })
    await running
  }

  async function send() {
    const sent = turn
    saving.value = 'saving'
    try {
      take(await saveDraft(id, plain(), seq))
      problem.value = ''
      why.value = ''
      saving.value = turn === sent ? 'saved' : 'unsaved'
      if (turn === sent) await setMeta(mine(), shelf, undefined)
      else plan(PAUSE_MS)
    } catch (fault) {
      await refused(fault)
    }
  }

  async function refused(fault: unknown) {
    const family = fault instanceof ApiProblem ? fault.family : 'busy'
    why.value = wordsFor(fault)
    if (family === 'busy' || family === 'barred') {
      saving.value = 'offline'
      return plan(AGAIN_MS)
    }
    if (family === 'refused') return void (saving.value = 'refused')
    try {
      theirs.value = await readDraft(id)
      saving.value = 'stale'
    } catch {
      saving.value = 'offline'
      plan(AGAIN_MS)
    }
  }

  async function keepMine() {
    seq = theirs.value!.seq
    theirs.value = undefined
    saving.value = 'unsaved'
    await save()
  }

  async function keepTheirs() {
    const [before, found] = [plain(), theirs.value!]
    theirs.value = undefined
    take(found)
    show(found.content)
    saving.value = 'saved'
    await setMeta(mine(), shelf, undefined)
    tell(w('draft.took_theirs'), async () => { show(before); change(() => undefined) })
  }

  async function deed(work: () => Promise<void>) {
    busy.value = true
    try {
      await work()
    } catch (fault) {
      tell(wordsFor(fault), undefined, 'wrong')
    } finally {
      busy.value = false
    }
  }

  const publish = (note: Words) => deed(async () => {
    await save()
    if (saving.value !== 'saved') return tell(why.value || w('draft.save_first'), undefined, 'wrong')
    const { digest } = await publishDraft(id, note)
    tell(w('draft.published'))
    await go(`/checklists/${digest}`)
  })
  const drop = () => deed(async () => {
    clearTimeout(timer)
    await dropDraft(id)
    await setMeta(mine(), shelf, undefined)
    tell(w('draft.dropped'))
    await replace('/checklists')
  })

  const warn = (event: BeforeUnloadEvent) => { if (saving.value !== 'saved') event.preventDefault() }
  addEventListener('beforeunload', warn)
  watch(online, (now) => { if (now && saving.value === 'offline') plan(0) })
  onScopeDispose(() => {
    removeEventListener('beforeunload', warn)
    clearTimeout(timer)
    if (saving.value === 'unsaved') void save()
    stop.abort()
  })
  void open()

  return {
    content, faults, report, problem, saving, why, busy, theirs, online, open, change, put, save, keepMine, keepTheirs, publish, drop,
    errors: computed(() => faults.value.filter((fault) => fault.severity === 'error')),
    apart: computed(() => (theirs.value && content.value ? differing(content.value, whole(theirs.value.content)) : [])),
  }
}

export type Drafting = ReturnType<typeof useDraft>
