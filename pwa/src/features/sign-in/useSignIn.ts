/** Signing in: the one thing that needs the network once. */
import { ref } from 'vue'
import { here, replace } from '../../ui/route'
import { t } from '../../i18n'
import { wordsFor } from '../shared/problems'
import { signIn } from '../shared/session'

export function useSignIn() {
  const username = ref('')
  const password = ref('')
  const problem = ref('')
  const busy = ref(false)

  async function enter() {
    if (!username.value.trim() || !password.value) {
      problem.value = t('sign_in.incomplete')
      return
    }
    busy.value = true
    problem.value = ''
    try {
      await signIn(username.value.trim(), password.value)
      const then = here.value?.query.then
      await replace(then && /^\/(?![/\\])/.test(then) ? then : '/')
    } catch (fault) {
      problem.value = wordsFor(fault)
    } finally {
      busy.value = false
    }
  }
  return { username, password, problem, busy, enter }
}
