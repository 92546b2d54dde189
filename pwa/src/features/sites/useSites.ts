/** The kept sites, found by words, and refreshed when there is a network. */
import { computed, onMounted, ref } from 'vue'
import { findSites, keptSites } from '../../store/sites'
import { api } from '../../sync/api'
import { refreshSites } from '../../sync/beside/sites'
import { useLive } from '../shared/live'
import { mine, online } from '../shared/session'

/** Whoever opens the list just now has the newest. */
const FRESH_MS = 5 * 60_000

export function useSites() {
  const db = mine()
  const { value: kept, ready, error, again } = useLive(['sites'], () => keptSites(db))
  const words = ref('')
  const refreshing = ref(false)

  /** Whether the server answered. What is kept stays where it did not. */
  async function refresh(every_ms = 0): Promise<boolean> {
    refreshing.value = true
    try {
      await refreshSites(db, { ask: api }, every_ms)
      again()
      return true
    } catch {
      return false
    } finally {
      refreshing.value = false
    }
  }
  onMounted(() => { if (online.value) void refresh(FRESH_MS) })

  const found = computed(() => (kept.value ? findSites(kept.value, words.value) : []))
  return { kept, ready, error, again, words, found, refreshing, refresh }
}
