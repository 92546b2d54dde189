/** One question to the server on a screen, asked at once, and the deeds after which it is asked again. */
import { ref } from 'vue'
import { tell } from '../../ui/toasts'
import { wordsFor } from './problems'
import { useAsked } from './useAsked'

export function useDeeds<T>(ask: (signal: { signal: AbortSignal }) => Promise<T>) {
  const { value, problem, again } = useAsked(ask)
  const wrong = ref('')
  const busy = ref(false)

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

  void again()
  return { value, problem, wrong, busy, again, act }
}
