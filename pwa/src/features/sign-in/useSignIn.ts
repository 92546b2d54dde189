/** Signing in: the one thing that needs the network once. */
import { ref } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { t } from '../../i18n'
import { wordsFor } from '../shared/problems'
import { signIn } from '../shared/session'

export function useSignIn() {
  const username = ref('')
  const password = ref('')
  const problem = ref('')
  const busy = ref(false)
  const router = useRouter()
  const route = useRoute()

  async function enter() {
    if (!username.value.trim() || !password.value) {
      problem.value = t('sign_in.incomplete')
      return
    }
    busy.value = true
    problem.value = ''
    try {
      await signIn(username.value.trim(), password.value)
      const then = route.query.then
      await router.replace(typeof then === 'string' && then.startsWith('/') && !then.startsWith('//') ? then : '/')
    } catch (fault) {
      problem.value = wordsFor(fault)
    } finally {
      busy.value = false
    }
  }
  return { username, password, problem, busy, enter }
}
