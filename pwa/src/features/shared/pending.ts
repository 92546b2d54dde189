/** The three numbers: what is only here, what is on its way, what needs a person. */
import { computed } from 'vue'
import { counts, needs } from '../../store/pending'
import { useLive } from './live'
import { mine, online } from './session'

export function usePending() {
  const { value, ready } = useLive(['outbox', 'moves', 'photos'], () => counts(mine()))
  const here = computed(() => (value.value?.ops_waiting ?? 0) + (online.value ? 0 : (value.value?.photos_waiting ?? 0)))
  const moving = computed(() => (online.value ? (value.value?.photos_waiting ?? 0) : 0))
  const { value: needed } = useLive(['meta', 'outbox', 'moves', 'photos'], () => needs(mine()))
  const asks = computed(() => needed.value?.asks ?? 0)
  return { here, moving, asks, online, counted: ready }
}
