/** What an administrator does with a person's request: finds whom it is about, hands out a copy, deletes. Needs the network. */
import { ref, shallowRef } from 'vue'
import type { Both } from '../../i18n'
import { api } from '../../sync/api'
import { wordsFor } from '../shared/problems'
import { useAsked } from '../shared/useAsked'
import { countsOf, fileName, type Counted } from './request'

export interface Account { id: string; username: string; name: string }
/** An account, or a name that stands in signatures and notes. */
export type Subject = { account: Account } | { name: string }
export interface Copy { name: string; text: string; counts: Counted[] }
export interface Erasure { of: string; erased: Record<string, number>; kept: { what: string; count: number; why: Both }[] }

export const nameOf = (about: Subject): string => ('account' in about ? about.account.name : about.name)

export function useRequest() {
  let words = ''
  const { value: found, problem, again } = useAsked(async (signal) => (await api<{ accounts: Account[] }>(`/accounts?q=${encodeURIComponent(words)}`, signal)).accounts)
  const wrong = ref('')
  const busy = ref<'' | 'export' | 'erase'>('')
  const copy = shallowRef<Copy>()
  const done = shallowRef<Erasure>()

  function search(text = words): Promise<void> {
    words = text.trim()
    return again()
  }

  async function doing<T>(what: 'export' | 'erase', deed: () => Promise<T>): Promise<T | undefined> {
    busy.value = what
    wrong.value = ''
    try {
      return await deed()
    } catch (fault) {
      wrong.value = wordsFor(fault)
      return undefined
    } finally {
      busy.value = ''
    }
  }

  async function take(about: Subject, why: string): Promise<Copy | undefined> {
    const headers = { 'Mingcha-Reason': encodeURIComponent(why) }
    const answer = await doing('export', () => ('account' in about
      ? api<{ person: Record<string, unknown> }>(`/accounts/${about.account.id}/export`, { headers })
      : api<{ person: Record<string, unknown> }>('/persons/export', { method: 'POST', headers, body: { name: about.name } })))
    if (!answer) return undefined
    const who = 'account' in about ? about.account.username : about.name
    return (copy.value = { name: fileName(who, new Date()), text: JSON.stringify(answer.person, null, 2), counts: countsOf(answer.person) })
  }

  async function erase(about: Subject, reason: string): Promise<boolean> {
    const path = 'account' in about ? `/accounts/${about.account.id}/erasure` : '/persons/erasure'
    const body = 'account' in about ? { reason } : { name: about.name, reason }
    const answer = await doing('erase', () => api<Omit<Erasure, 'of'>>(path, { method: 'POST', body }))
    if (!answer) return false
    copy.value = undefined
    done.value = { of: nameOf(about), ...answer }
    void search()
    return true
  }

  /** Somebody else: what was shown was about the one before. */
  function forget() {
    wrong.value = ''
    copy.value = done.value = undefined
  }
  void search()
  return { found, problem, wrong, busy, copy, done, search, take, erase, forget }
}
