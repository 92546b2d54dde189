/** One question to the server on a screen, and deeds after which it is asked again. The newest question counts. */
import { onScopeDispose, ref, shallowRef } from 'vue'
import { tell } from '../../ui/toasts'
import { wordsFor } from '../shared/problems'

export function useAsked<T>(ask: (signal: { signal: AbortSignal }) => Promise<T>) {
  const value = shallowRef<T>()
  const problem = ref('')
  const wrong = ref('')
  const busy = ref(false)
  let asking = new AbortController()

  async function again() {
    asking.abort()
    const { signal } = (asking = new AbortController())
    problem.value = ''
    try {
      const found = await ask({ signal })
      if (!signal.aborted) value.value = found
    } catch (fault) {
      if (!signal.aborted) problem.value = wordsFor(fault)
    }
  }

  /** True when it was done. Where it was refused `wrong` says why, and what was typed stays. */
  async function act(deed: () => Promise<unknown>, said: string): Promise<boolean> {
    busy.value = true
    wrong.value = ''
    try {
      await deed()
      tell(said)
      await again()
      return true
    } catch (fault) {
      wrong.value = wordsFor(fault)
      return false
    } finally {
      busy.value = false
    }
  }

  onScopeDispose(() => asking.abort())
  void again()
  return { value, problem, wrong, busy, again, act }
}
