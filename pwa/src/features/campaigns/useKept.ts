/**
 * An answer of the server that stays on this phone with its age: shown at once and without a network, asked for again by the
 * tag that names its content. What the server no longer shows this person goes from the phone too.
 */
import { onScopeDispose, ref, shallowRef } from 'vue'
import { metaValue, setMeta } from '../../store/db'
import { ApiProblem, api } from '../../sync/api'
import { wordsFor } from '../shared/problems'
import { mine } from '../shared/session'

interface Kept<T> { at: number; value: T }
const GONE = new Set(['not_found', 'not_allowed'])
const AGAIN_MS = 60_000

export function useKept<T>(key: string, path: string, tagOf?: (value: T) => string) {
  const value = shallowRef<T>()
  /** Unix ms at which the server last said so. */
  const at = ref(0)
  const problem = ref('')
  const asking = ref(false)
  const stop = new AbortController()
  const db = mine()

  const kept = metaValue<Kept<T>>(db, key).then((found) => {
    if (!found || value.value) return
    value.value = found.value
    at.value = found.at
  }, () => undefined)

  async function again() {
    if (asking.value) return
    asking.value = true
    await kept
    const tag = value.value && tagOf?.(value.value)
    try {
      const found = await api<T>(path, { signal: stop.signal, ...(tag && { headers: { 'If-None-Match': `"${tag}"` } }) })
      if (stop.signal.aborted) return
      await keep(found)
    } catch (fault) {
      if (stop.signal.aborted) return
      if (fault instanceof ApiProblem && fault.code === 'http.304') await keep(value.value!)
      else {
        problem.value = wordsFor(fault)
        if (fault instanceof ApiProblem && GONE.has(fault.code)) await forget()
      }
    } finally {
      asking.value = false
    }
  }
  async function keep(found: T) {
    value.value = found
    at.value = Date.now()
    problem.value = ''
    await setMeta(db, key, { at: at.value, value: found } satisfies Kept<T>).catch(() => undefined) // shown all the same
  }
  async function forget() {
    value.value = undefined
    await setMeta(db, key, undefined).catch(() => undefined)
  }

  const seen = () => { if (document.visibilityState === 'visible') void again() }
  const timer = setInterval(seen, AGAIN_MS)
  document.addEventListener('visibilitychange', seen)
  onScopeDispose(() => {
    stop.abort()
    clearInterval(timer)
    document.removeEventListener('visibilitychange', seen)
  })
  void again()
  return { value, at, problem, asking, again }
}
