/** One question to the server on a screen: its answer, its failure in words, and asking again. The newest question counts. */
import { onScopeDispose, ref, shallowRef } from 'vue'
import { wordsFor } from './problems'

export function useAsked<T>(ask: (signal: { signal: AbortSignal }) => Promise<T>) {
  const value = shallowRef<T>()
  const problem = ref('')
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
  onScopeDispose(() => asking.abort())
  return { value, problem, again }
}
