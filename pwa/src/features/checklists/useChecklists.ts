/** The checklists of the county's server and what is done with them: begin a draft, bring one in from a file. */
import { onScopeDispose, ref, shallowRef, watch } from 'vue'
import { go } from '../../ui/route'
import { tell } from '../../ui/toasts'
import { wordsFor } from '../shared/problems'
import { online } from '../shared/session'
import { beginDraft, importFile, listed, type DraftSeen, type Listed } from './desk'

export function useChecklists() {
  const list = shallowRef<Listed[]>()
  const problem = ref('')
  const busy = ref(false)
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
    try {
      const { id } = await make()
      await go(`/checklists/draft/${id}`)
    } catch (fault) {
      tell(wordsFor(fault), undefined, 'wrong')
    } finally {
      busy.value = false
    }
  }

  watch(online, (now) => { if (now && problem.value) void refresh() })
  onScopeDispose(() => stop.abort())
  void refresh()
  return { list, problem, busy, online, refresh, begin: (from: string, name: string) => begin(() => beginDraft(from, name)), bring: (file: File) => begin(() => importFile(file)) }
}
