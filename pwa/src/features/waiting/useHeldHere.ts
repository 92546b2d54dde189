/** What the server holds for a supervisor to decide. Only with a network: nothing of others is kept on this phone. */
import { onMounted, ref, shallowRef } from 'vue'
import { dismiss, heldForMe, letIn, type HeldHere } from '../../sync/carry/held'
import { say } from '../../i18n'
import { c } from '../../i18n/carry'
import { tell } from '../../ui/toasts'
import { wordsFor } from '../shared/problems'
import { mine } from '../shared/session'

export function useHeldHere() {
  const rows = shallowRef<HeldHere[]>([])
  const busy = ref('')
  const load = () => heldForMe().then((found) => { rows.value = found }).catch(() => undefined)
  onMounted(load)

  /** Whether it was done; if not, the person has read why. */
  async function act(id: string, deed: () => Promise<unknown>, done: string): Promise<boolean> {
    busy.value = id
    try {
      await deed()
      tell(done)
      return true
    } catch (fault) {
      tell(wordsFor(fault), undefined, 'wrong')
      return false
    } finally {
      busy.value = ''
      await load()
    }
  }
  const take = (id: string) => act(id, () => letIn(id), c('desk.let_in_done'))
  const setAside = (id: string, reason: string) => act(id, () => dismiss(mine(), id, reason), c('held.dismissed'))
  return { rows, busy, take, setAside, site: (one: HeldHere) => (one.site ? say(one.site) : '') }
}
