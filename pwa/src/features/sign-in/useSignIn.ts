/** Signing in: the one thing that needs the network once. */
import { ref, shallowRef } from 'vue'
import { here, replace } from '../../ui/route'
import { t } from '../../i18n'
import { wordsFor } from '../shared/problems'
import { signIn, signInBy } from '../shared/session'
import type { Half } from '../../sync/api'

export function useSignIn() {
  const username = ref('')
  const password = ref('')
  const problem = ref('')
  const busy = ref(false)
  /** What is still to do after the password. */
  const half = shallowRef<Half>()

  async function enter() {
    if (!username.value.trim() || !password.value) {
      problem.value = t('sign_in.incomplete')
      return
    }
    busy.value = true
    problem.value = ''
    try {
      await arrive(await signIn(username.value.trim(), password.value))
    } catch (fault) {
      problem.value = wordsFor(fault)
    } finally {
      busy.value = false
    }
  }
  /** In, or one step further. */
  async function arrive(next: Half | undefined) {
    half.value = next
    if (next) return
    const then = here.value?.query.then
    await replace(then && /^\/(?![/\\])/.test(then) ? then : '/')
  }
  return { username, password, problem, busy, enter, half, arrive, goOn: (ask: () => Promise<unknown>) => signInBy(ask).then(arrive) }
}
