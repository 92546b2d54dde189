/** The county's periods as the server keeps them. Needs the network. */
import { onScopeDispose, ref, shallowRef } from 'vue'
import { v } from '../../i18n/privacy'
import { api } from '../../sync/api'
import { tell } from '../../ui/toasts'
import { wordsFor } from '../shared/problems'
import type { Change, Periods } from './periods'

export function useRetention() {
  const kept = shallowRef<Periods>()
  const problem = ref('')
  const wrong = ref('')
  const busy = ref(false)
  const stop = new AbortController()
  onScopeDispose(() => stop.abort())

  async function again() {
    problem.value = ''
    try {
      kept.value = (await api<{ periods: Periods }>('/retention', { signal: stop.signal })).periods
    } catch (fault) {
      if (!stop.signal.aborted) problem.value = wordsFor(fault)
    }
  }

  /** True when it was done. Where it was refused `wrong` says why, and what was typed stays. */
  async function change(changes: Change[]): Promise<boolean> {
    busy.value = true
    wrong.value = ''
    try {
      const periods = Object.fromEntries(changes.map(({ kind, after }) => [kind, after]))
      kept.value = (await api<{ periods: Periods }>('/retention', { method: 'PUT', body: { periods } })).periods
      tell(v('retention.kept'))
      return true
    } catch (fault) {
      wrong.value = wordsFor(fault)
      return false
    } finally {
      busy.value = false
    }
  }
  void again()
  return { kept, problem, wrong, busy, again, change }
}
