/** One inspection of the desk as the server sees it, and the deeds of the person who decides. */
import { computed, onScopeDispose, reactive, ref, shallowRef, watch, type Ref } from 'vue'
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
import { r } from '../../i18n/review'
import { approve, decideDouble, look, looked, reopen, sendBack, settleLate, type Double, type Seen } from './desk'

export function useReview(id: Ref<string | undefined>, refresh: () => Promise<void>, onLooked: (id: string) => void) {
  const seen = shallowRef<Seen>()
  const problem = ref('')
  const checklist = shallowRef<Checklist>()
  const busy = ref(false)
  /** What was new when this inspection was opened; looking again for a deed of one's own does not empty it. */
  const news = shallowRef<Seen['news']>(null)
  /** Reasons for deeds of the server, until it has taken them: a refusal or a dead network must not cost them. */
  const typed = reactive({ late: '', reopening: '', back: '' })
  let looking = new AbortController()

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
      if (seen.value?.inspection.id !== found.inspection.id) news.value = found.news
      else if (found.news?.changes.length) news.value = found.news
      seen.value = found
      void looked(found.inspection.id, found.seq).then(() => onLooked(found.inspection.id), () => undefined) // next time tells the same once more
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

  watch(id, () => {
    Object.assign(typed, { late: '', reopening: '', back: '' })
    return open()
  }, { immediate: true })
  onScopeDispose(() => looking.abort())

  return {
    seen, news, problem, checklist, open, busy, decide, online, typed,
    rows: computed(() => (checklist.value ? [...indicatorsOf(checklist.value).values()] : [])),
    decides: computed(() => user.value?.role === 'supervisor'),
    nameOf: (author: string) => seen.value?.authors[author] ?? t('person.colleague'),
    approve: () => deed(() => approve(seen.value!.inspection.id, seen.value!.seq), t('toast.approved')),
    joinInto: (keep: string, other: string) => deed(() => decideDouble(seen.value!.inspection.id, 'join', keep, other, seen.value!.seq), r('double.done')),
    keepBoth: (pair: Double) => deed(() => decideDouble(seen.value!.inspection.id, 'both', pair.one, pair.other, seen.value!.seq), r('double.kept')),
    part: (into: string, finding: string) => deed(() => decideDouble(seen.value!.inspection.id, 'part', into, finding, seen.value!.seq), r('joined.parted')),
    settleLate: (how: 'take_in' | 'set_aside', reason: string) => deed(() => settleLate(seen.value!.inspection.id, how, reason, seen.value!.seq), r('late.done')),
    reopen: (reason: string) => deed(() => reopen(seen.value!.inspection.id, reason), r('reopen.done')),
    sendBack: (comment: string) => deed(() => sendBack(seen.value!.inspection.id, comment), t('toast.sent_back')),
    titleOf: (row: string) => say(checklist.value && indicatorsOf(checklist.value).get(row)?.title),
  }
}
