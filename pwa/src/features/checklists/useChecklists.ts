/** The checklists of the county's server and what is done with them: begin a draft, bring one in from a file. */
import { onScopeDispose, ref, shallowRef, watch } from 'vue'
import { go } from '../../ui/route'
import { tell } from '../../ui/toasts'
import { ApiProblem } from '../../store/failures'
import { wordsFor } from '../shared/problems'
import { online } from '../shared/session'
import { beginDraft, importFile, listed, type DraftSeen, type Left, type Listed } from './desk'

export function useChecklists() {
  const list = shallowRef<Listed[]>()
  const problem = ref('')
  const busy = ref(false)
  /** Why a file was not taken, place by place. */
  const faulty = shallowRef<Left[]>([])
  const stop = new AbortController()

  async function refresh() {
    problem.value = ''
    try {
      list.value = await listed(stop.signal)
    } catch (fault) {
      if (!stop.signal.aborted) problem.value = wordsFor(fault)
    }
  }

  async function begin(make: () => Promise<DraftSeen>) {
    busy.value = true
    faulty.value = []
    try {
      const { id } = await make()
      await go(`/checklists/draft/${id}`)
    } catch (fault) {
      faulty.value = (fault instanceof ApiProblem && (fault.details.faults as Left[] | undefined)) || []
      tell(wordsFor(fault), undefined, 'wrong')
    } finally {
      busy.value = false
    }
  }

  watch(online, (now) => { if (now && problem.value) void refresh() })
  onScopeDispose(() => stop.abort())
  void refresh()
  return { list, problem, busy, faulty, online, refresh, begin: (from: string, name: string) => begin(() => beginDraft(from, name)), bring: (file: File) => begin(() => importFile(file)) }
}
