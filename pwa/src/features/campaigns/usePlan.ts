/**
 * Filling in a plan: what can be chosen, what was typed (kept on this phone until it is saved), saving it, and joining it with
 * what somebody else saved meanwhile.
 */
import { computed, onScopeDispose, reactive, ref, shallowRef, watch } from 'vue'
import type { Setting } from '../../core/checklist'
import { metaValue, setMeta } from '../../store/db'
import { randomUuid } from '../../store/clock'
import { ApiProblem } from '../../sync/api'
import { tell } from '../../ui/toasts'
import { go, replace } from '../../ui/route'
import { c } from '../../i18n/campaigns'
import { wordsFor } from '../shared/problems'
import { mine } from '../shared/session'
import { formOf, fresh, joined, lacks, planIn, planOf, taking, type Form, type Part } from './plan'
import { today } from './say'
import * as server from './server'
import type { Campaign, Plan } from './server'

type Choices = Awaited<ReturnType<typeof server.choices>>
interface Typed { form: Form; base: Plan | null; seq: number; id: string }
/** What the other saved, and what only a person can decide between. */
interface Moved { mine: Plan; theirs: Plan; both: Part[]; came: Part[]; taken: Part[] }

export function usePlan(given: string) {
  const isNew = given === 'new'
  const key = `plan/${given}`
  const db = mine()
  const choices = shallowRef<Choices>()
  const settings = shallowRef<Setting[]>([])
  const form = reactive<Form>(fresh(today()))
  const problem = ref('')
  const wrong = ref('')
  const busy = ref(false)
  const ready = ref(false)
  const restored = ref(false)
  const tried = ref(false)
  const moved = shallowRef<Moved>()
  const stop = new AbortController()
  let id = isNew ? randomUuid() : given
  let base: Plan | null = null
  let seq = 0
  let over = false

  async function load() {
    problem.value = ''
    try {
      const [found, known, typed] = await Promise.all([
        server.choices({ signal: stop.signal }), isNew ? undefined : server.campaign(given, { signal: stop.signal }), metaValue<Typed>(db, key).catch(() => undefined),
      ])
      choices.value = found
      if (known && known.state !== 'planned') return void replace(`/campaigns/${given}`)
      if (known) began(known)
      if (isNew && found.versions.length === 1) form.plan.checklist = found.versions[0]!.digest
      if (typed) restore(typed, known)
      ready.value = true
    } catch (fault) {
      if (!stop.signal.aborted) problem.value = wordsFor(fault)
    }
  }
  function began(known: Campaign) {
    base = planIn(known)
    seq = known.seq
    Object.assign(form, formOf(base))
  }
  function restore(typed: Typed, known?: Campaign) {
    id = isNew ? typed.id : id
    restored.value = true
    Object.assign(form, typed.form)
    if (!known || !typed.base || typed.seq === known.seq) return
    base = typed.base
    join(planIn(known), known.seq)
  }
  /** Mine stands wherever I changed something; the rest is theirs. */
  function join(theirs: Plan, at: number) {
    const found = joined(base ?? theirs, planOf(form), theirs)
    Object.assign(form, formOf(found.plan))
    moved.value = { mine: found.plan, theirs, both: found.both, came: found.came, taken: [] }
    base = theirs
    seq = at
  }
  function choose(part: Part, whose: 'mine' | 'theirs') {
    const now = moved.value!
    Object.assign(form, formOf(taking(planOf(form), now[whose], [part])))
    moved.value = { ...now, taken: now.both.filter((one) => (one === part ? whose === 'theirs' : now.taken.includes(one))) }
    keep()
  }

  async function save() {
    tried.value = true
    wrong.value = ''
    if (lacks(form).length) return
    busy.value = true
    try {
      const told = planOf(form)
      const done = await (isNew ? server.plan(id, told) : server.replan(id, told, seq))
      await forget()
      tell(c('plan.saved'))
      await go(`/campaigns/${done.id}`)
    } catch (fault) {
      wrong.value = wordsFor(fault)
      if (fault instanceof ApiProblem && fault.code === 'campaign.moved') await look()
    } finally {
      busy.value = false
    }
  }
  async function look() {
    try {
      const now = await server.campaign(id, { signal: stop.signal })
      join(planIn(now), now.seq)
      wrong.value = ''
    } catch (fault) {
      wrong.value = wordsFor(fault)
    }
  }
  async function drop() {
    busy.value = true
    try {
      await server.drop(id)
      await forget()
      tell(c('plan.dropped'))
      await go('/campaigns')
    } catch (fault) {
      wrong.value = wordsFor(fault)
    } finally {
      busy.value = false
    }
  }
  async function forget() {
    over = true
    clearTimeout(typing)
    await setMeta(db, key, undefined).catch(() => undefined)
  }
  async function afresh() {
    await setMeta(db, key, undefined).catch(() => undefined)
    location.reload()
  }

  let typing: ReturnType<typeof setTimeout> | undefined
  const keep = () => {
    if (over) return
    const typed: Typed = JSON.parse(JSON.stringify({ form, base, seq, id })) as Typed
    void setMeta(db, key, typed).catch(() => undefined)
  }
  watch(form, () => { if (ready.value) { clearTimeout(typing); typing = setTimeout(keep, 400) } }, { deep: true })
  watch(() => form.plan.checklist, async (digest) => {
    settings.value = []
    if (!digest) return
    const found = await server.checklist(digest).catch(() => undefined)
    if (form.plan.checklist !== digest || !found) return
    settings.value = found.settings
    const known = new Set(found.settings.map((one) => one.id))
    if (Object.keys(form.plan.settings).some((one) => !known.has(one))) form.plan.settings = Object.fromEntries(Object.entries(form.plan.settings).filter(([one]) => known.has(one)))
  }, { immediate: true })
  /** The page may not come back: what the pause has not kept yet is kept now. */
  const leaving = () => { if (document.visibilityState === 'hidden' && ready.value) keep() }
  document.addEventListener('visibilitychange', leaving)
  onScopeDispose(() => {
    document.removeEventListener('visibilitychange', leaving)
    stop.abort()
    if (typing) { clearTimeout(typing); keep() }
  })
  void load()
  const missing = computed(() => (tried.value ? lacks(form) : []))
  return { isNew, form, choices, settings, problem, wrong, busy, ready, restored, missing, moved, load, save, drop, choose, afresh }
}
