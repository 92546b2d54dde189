/**
 * One inspection as this phone knows it: its checklist, its folded state, its score, and the way to write to it.
 * Screens share one visit, so that going from row to row reads nothing again. Core decides; this only holds and asks.
 */
import { computed, effectScope, ref, shallowReactive, type ComputedRef, type EffectScope, type Ref, type ShallowRef } from 'vue'
import { indicatorsOf, type Checklist, type Indicator } from '../../core/checklist'
import { conflicts, contradictions, fold, heads, inspectionState, renewOps, setOp, type Conflict, type Contradiction, type Op, type State } from '../../core/oplog'
import type { Json } from '../../core/canonical'
import { standing, type Line, type Result } from '../../core/scoring'
import { readState, write, type Pen } from '../../store/documents'
import { checklist as readChecklist, inspection as readInspection, type InspectionMeta } from '../../store/inspections'
import { keepPhoto, photoRows, type NewPhoto, type PhotoRow } from '../../store/photos'
import { isStorageFull } from '../../store/failures'
import { t } from '../../i18n'
import { tell } from '../../ui/toasts'
import { useLive } from './live'
import { mine, user } from './session'
import { walked, type View } from './rows'
import { inverse, stepsBack, type Undo } from './undo'

export type Make = (state: State, ctx: Pen) => Op[]

export interface Visit {
  id: string
  /** false until the first read is done; `checklist` may be missing even then (never prepared) */
  ready: ComputedRef<boolean>
  error: ComputedRef<unknown>
  again: () => void
  meta: ShallowRef<InspectionMeta | undefined>
  checklist: ShallowRef<Checklist | undefined>
  state: ComputedRef<State>
  indicators: ComputedRef<Indicator[]>
  /** the way through the sheet that was chosen, and the rows along it */
  view: Ref<View>
  order: ComputedRef<Indicator[]>
  result: ComputedRef<Result | undefined>
  lines: ComputedRef<Map<string, Line>>
  conflicts: ComputedRef<Conflict[]>
  contradictions: ComputedRef<Contradiction[]>
  photos: ComputedRef<Map<string, PhotoRow>>
  arrived: ComputedRef<boolean>
  /** submitted, approved …: the sheet is read, not written */
  closed: ComputedRef<boolean>
  /** when the last step became durable; null while one is on its way, so that "saved" is never said too early */
  savedAt: Ref<number | null>
  undoable: ComputedRef<boolean>
  nameOf: (author: string) => string
  act: (make: Make, words?: string) => Promise<Op[]>
  /** Says `next` over what the person had before their eyes: what is on the screen now, or `seen` when they began to type. */
  put: (target: string, next: Json, seen?: readonly string[]) => Promise<Op[]>
  /** keeps a photo and what is said with it: a step like any other */
  photograph: (photo: Omit<NewPhoto, 'inspection'>) => Promise<void>
  undo: () => Promise<void>
  /** what was done here since the app was opened, newest last; each can be taken back by itself */
  steps: Step[]
  undoStep: (step: Step) => Promise<void>
  /** whether everything that was begun is durable; the camera opens only then */
  settled: () => Promise<boolean>
}

let open: { id: string; owner: string; scope: EffectScope; visit: Visit } | undefined

/** The visit with this id; the last one stays open until another is asked for. */
export function useVisit(id: string): Visit {
  const owner = user.value?.id ?? ''
  if (open?.id !== id || open.owner !== owner) {
    open?.scope.stop()
    const scope = effectScope(true)
    open = { id, owner, scope, visit: scope.run(() => openVisit(id))! }
  }
  return open.visit
}

const NOTHING: State = fold([])
const MOST_STEPS = 100
/** Kept while the app is open: the next visit is walked alike. */
const view = ref<View>('source')
const setOps = (...said: Parameters<typeof setOp>): Op[] => [setOp(...said)]

function openVisit(id: string): Visit {
  const db = mine()
  const document = useLive(['ops', 'outbox'], () => readState(db, id))
  const site = useLive(['inspections'], () => readInspection(db, id))
  const pictures = useLive(['photos'], () => photoRows(db, id))
  /** A version never changes: it is read once, and the score is not worked out again because of it. */
  let held: { digest: string; content: Checklist } | undefined
  /** Live as well: at the very first visit the checklist comes after the screen that waits for it. */
  const sheet = useLive(['inspections', 'checklists'], async () => {
    const meta = await readInspection(db, id)
    if (!meta) return undefined
    if (meta.checklist.digest === held?.digest) return held.content
    const content = await readChecklist(db, meta.checklist.digest)
    held = content && { digest: meta.checklist.digest, content }
    return content
  })
  const checklist = sheet.value

  const state = computed(() => document.value.value?.state ?? NOTHING)
  const indicators = computed(() => (checklist.value ? [...indicatorsOf(checklist.value).values()] : []))
  const result = computed(() => checklist.value && standing(checklist.value, state.value))
  const history: Step[] = shallowReactive([])
  const savedAt = ref<number | null>(null)
  const names = computed(() => new Map((site.value.value?.team ?? []).map((person) => [person.id, person.name])))

  const writing = new Set<Promise<unknown>>()

  function act(make: Make, words?: string): Promise<Op[]> {
    const done = keep(make, words).finally(() => writing.delete(done))
    writing.add(done)
    savedAt.value = null
    return done
  }

  async function keep(make: Make, words?: string): Promise<Op[]> {
    let undo: Undo = []
    try {
      const ops = await write(db, id, (before, ctx) => {
        const made = make(before, ctx)
        undo = inverse(before, made)
        return made
      })
      if (writing.size === 1) savedAt.value = Date.now()
      const step = noted(ops, undo)
      if (words) tell(words, () => takeBack(step))
      return ops
    } catch (fault) {
      tell(t(isStorageFull(fault) ? 'error.full' : 'error.unsaved'), undefined, 'wrong')
      throw fault
    }
  }

  function noted(ops: Op[], undo: Undo): Step {
    const step = { ops, undo, at: Date.now() }
    if (undo.length && history.push(step) > MOST_STEPS) history.shift()
    return step
  }

  async function photograph(photo: Omit<NewPhoto, 'inspection'>): Promise<void> {
    let before = state.value
    const { ops } = await keepPhoto(db, {
      ...photo, inspection: id,
      also(now, pen, target) { before = now; return photo.also?.(now, pen, target) ?? [] },
    })
    noted(ops, inverse(before, ops))
    savedAt.value = Date.now()
  }

  /** A step leaves the list once what it did is taken back, and it is said what that was: it may lie in another row. */
  const leaving = new Set<Step>()
  async function takeBack(step: Step): Promise<void> {
    if (leaving.has(step) || !history.includes(step)) return
    leaving.add(step)
    try {
      const worded = await import('./later/steps').catch(() => undefined)
      const words = worded?.undoneWords(step.ops, state.value, indicators.value) ?? t('act.undo')
      await write(db, id, (now, ctx) => stepsBack(step.undo, now, ctx))
      history.splice(history.indexOf(step), 1)
      savedAt.value = Date.now()
      tell(words)
    } catch (fault) {
      tell(t(isStorageFull(fault) ? 'error.full' : 'error.unsaved'), undefined, 'wrong')
    } finally {
      leaving.delete(step)
    }
  }

  return {
    id,
    ready: computed(() => site.ready.value && sheet.ready.value && document.ready.value),
    error: computed(() => document.error.value ?? site.error.value ?? sheet.error.value),
    again() { document.again(); site.again(); sheet.again(); pictures.again() },
    meta: site.value,
    checklist,
    state,
    indicators,
    view,
    order: computed(() => (checklist.value ? walked(checklist.value, view.value) : [])),
    result,
    lines: computed(() => new Map((result.value?.lines ?? []).map((line) => [line.indicator, line]))),
    conflicts: computed(() => conflicts(state.value)),
    contradictions: computed(() => (checklist.value ? contradictions(state.value, checklist.value) : [])),
    photos: computed(() => new Map((pictures.value.value ?? []).map((photo) => [photo.id, photo]))),
    arrived: computed(() => heads(state.value, 'visit/arrived').some((head) => head.value !== null)),
    closed: computed(() => ['submitted', 'approved', 'published'].includes(inspectionState(state.value))),
    savedAt,
    undoable: computed(() => history.length > 0),
    nameOf: (author) => (author === user.value?.id ? t('person.me') : (names.value.get(author) ?? t('person.colleague'))),
    act,
    put(target, next, seen = heads(state.value, target).map((head) => head.op)) {
      return act((now, ctx) => (now.elements[target] ? renewOps : setOps)(now, ctx, target, next, seen))
    },
    async undo() {
      const last = history.at(-1)
      if (last) await takeBack(last)
    },
    photograph,
    steps: history,
    undoStep: takeBack,
    async settled() {
      return (await Promise.allSettled(writing)).every(({ status }) => status === 'fulfilled')
    },
  }
}

export interface Step { ops: Op[]; undo: Undo; at: number }
