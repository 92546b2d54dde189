/** The review desk: the queue, one inspection as the server sees it, and the deeds of the person who decides. */
import { computed, onScopeDispose, ref, shallowRef, watch, type Ref } from 'vue'
import type { Json } from '../../core/canonical'
import { indicatorsOf, type Checklist } from '../../core/checklist'
import { fold, heads, setOp, value, type Op, type State } from '../../core/oplog'
import { write } from '../../store/documents'
import { checklist as kept } from '../../store/inspections'
import { api } from '../../sync/api'
import { say, t } from '../../i18n'
import { tell } from '../../ui/toasts'
import { wordsFor } from '../shared/problems'
import { mine, online, sendNow, user } from '../shared/session'
import { approve, look, queue, sendBack, type Queued, type Seen } from './desk'

export function useReview(id: Ref<string | undefined>) {
  const list = shallowRef<Queued[]>()
  const listProblem = ref('')
  const words = ref('')
  const state = ref<'submitted' | 'in_progress' | 'returned' | 'approved' | ''>('submitted')
  const seen = shallowRef<Seen>()
  const problem = ref('')
  const checklist = shallowRef<Checklist>()
  const busy = ref(false)
  let asking = new AbortController()
  let looking = new AbortController()

  async function refresh() {
    asking.abort()
    const { signal } = (asking = new AbortController())
    listProblem.value = ''
    try {
      const found = await queue(state.value, words.value.trim(), signal)
      if (!signal.aborted) list.value = found
    } catch (fault) {
      if (!signal.aborted) listProblem.value = wordsFor(fault)
    }
  }

  async function open() {
    looking.abort()
    const { signal } = (looking = new AbortController())
    problem.value = ''
    if (!id.value) return void (seen.value = undefined)
    if (seen.value?.inspection.id !== id.value) seen.value = undefined
    try {
      const found = await look(id.value, signal)
      const { digest } = found.inspection.checklist
      const sheet = (await kept(mine(), digest)) ?? (await api<Checklist>(`/checklists/${digest}`, { signal }))
      if (signal.aborted) return
      checklist.value = sheet
      seen.value = found
    } catch (fault) {
      if (!signal.aborted) problem.value = wordsFor(fault)
    }
  }

  /** A decision over what the server showed: written as an op, sent at once, and looked at again. A settled conflict has
   * no way back, as its sides cannot return; everything else has. */
  async function decide(target: string, next: Json) {
    const shown = seen.value
    if (!shown) return
    const visit = shown.inspection.id
    const before = value(shown.state, target)
    const settles = heads(shown.state, target).length > 1
    await put(visit, target, shown.state, next, (own) => (settles ? undefined : () => put(visit, target, fold(own), before)))
  }

  async function put(visit: string, target: string, over: State, next: Json, back: (own: Op[]) => (() => Promise<void>) | undefined = () => undefined) {
    let own: Op[] = []
    let sent = false
    const done = await deed(async () => {
      own = await write(mine(), visit, (_, pen) => [setOp(over, pen, target, next)])
      sent = (await sendNow())?.outcome === 'done'
    })
    if (done) tell(t(sent ? 'review.decided' : 'review.kept'), back(own))
  }

  /** Whether it was done; if not, why not was said. Either way the screen shows how things stand now. */
  async function deed(work: () => Promise<unknown>, done?: string): Promise<boolean> {
    busy.value = true
    try {
      await work()
      if (done) tell(done)
      await Promise.all([open(), refresh()])
      return true
    } catch (fault) {
      tell(wordsFor(fault), undefined, 'wrong')
      await Promise.all([open(), refresh()])
      return false
    } finally {
      busy.value = false
    }
  }

  watch([state, words], refresh, { immediate: true })
  watch(id, open, { immediate: true })
  onScopeDispose(() => { asking.abort(); looking.abort() })

  return {
    list, listProblem, words, state, refresh, seen, problem, checklist, open, busy, decide, online,
    rows: computed(() => (checklist.value ? [...indicatorsOf(checklist.value).values()] : [])),
    decides: computed(() => user.value?.role === 'supervisor'),
    nameOf: (author: string) => seen.value?.authors[author] ?? t('person.colleague'),
    approve: () => deed(() => approve(seen.value!.inspection.id, seen.value!.seq), t('toast.approved')),
    sendBack: (comment: string) => deed(() => sendBack(seen.value!.inspection.id, comment), t('toast.sent_back')),
    titleOf: (row: string) => say(checklist.value && indicatorsOf(checklist.value).get(row)?.title),
  }
}
