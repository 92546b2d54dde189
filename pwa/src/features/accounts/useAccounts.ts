/** The accounts of the administrator's area and what is done to them. Everything here needs the network. */
import { onScopeDispose, ref, shallowRef } from 'vue'
import { tell } from '../../ui/toasts'
import { p } from '../../i18n/people'
import { api } from '../../sync/api'
import type { User } from '../../store/people'
import { wordsFor } from '../shared/problems'

export interface Account extends User { disabled_at: string | null; must_change: boolean; factors: string[]; seen_at: string | null }
export interface Device { id: string; agent: string; address: string; seen_at: string; state: 'open' | 'revoked' | 'let_go' }
export interface Invitation { id: string; name: string; role: string; scope: string; expires_at: string; link?: string }

export function useAccounts() {
  const accounts = shallowRef<Account[]>()
  const invitations = shallowRef<Invitation[]>([])
  const asked = shallowRef<string[]>([])
  const devices = shallowRef<Device[]>()
  const problem = ref('')
  const wrong = ref('')
  const busy = ref(false)
  let words = ''
  let turn = 0
  const stop = new AbortController()
  onScopeDispose(() => stop.abort())
  const get = <T,>(path: string) => api<T>(path, { signal: stop.signal })
  const post = <T,>(path: string, body: object = {}) => api<T>(path, { method: 'POST', body })

  async function refresh() {
    const mine = ++turn
    problem.value = ''
    try {
      const [found, open, rules] = await Promise.all([
        get<{ accounts: Account[] }>(`/accounts?q=${encodeURIComponent(words)}`), get<{ invitations: Invitation[] }>('/invitations'), get<{ second_factor: string[] }>('/account-rules'),
      ])
      if (mine !== turn) return
      accounts.value = found.accounts
      invitations.value = open.invitations
      asked.value = rules.second_factor
    } catch (fault) {
      if (!stop.signal.aborted && mine === turn) problem.value = wordsFor(fault)
    }
  }
  const search = (text: string) => { words = text.trim(); void refresh() }

  /** Does it, says so, shows the list afresh. False where it was refused; then `wrong` says why. */
  async function act<T>(deed: () => Promise<T>, said: string): Promise<T | undefined> {
    busy.value = true
    wrong.value = ''
    try {
      const done = await deed()
      if (said) tell(said)
      await refresh()
      return done ?? (true as T)
    } catch (fault) {
      wrong.value = wordsFor(fault)
      return undefined
    } finally {
      busy.value = false
    }
  }
  async function openDevices(id: string) {
    devices.value = undefined
    devices.value = (await get<{ devices: Device[] }>(`/accounts/${id}/devices`).catch((fault) => { wrong.value = wordsFor(fault); return undefined }))?.devices
  }
  void refresh()
  return {
    accounts, invitations, asked, devices, problem, wrong, busy, refresh, search, openDevices,
    forget: () => { wrong.value = '' },
    invite: (body: object) => act(() => post<Invitation>('/invitations', body), ''),
    withdraw: (id: string) => act(() => api(`/invitations/${id}`, { method: 'DELETE' }), p('accounts.withdrawn')),
    disable: (id: string, reason: string) => act(() => post(`/accounts/${id}/disabling`, { reason }), p('accounts.disabled')),
    enable: (id: string) => act(() => post(`/accounts/${id}/enabling`), p('accounts.enabled')),
    reset: (id: string, password: string) => act(() => post(`/accounts/${id}/password`, { password }), p('accounts.was_reset')),
    takeFactors: (id: string, reason: string) => act(() => post(`/accounts/${id}/factors/removal`, { reason }), p('accounts.factors_taken')),
    revoke: (id: string, device: string, reason: string) => act(async () => { await post(`/accounts/${id}/devices/${device}/revocation`, { reason }); await openDevices(id) }, p('accounts.revoked')),
    askRoles: (roles: string[]) => act(() => api('/account-rules', { method: 'PUT', body: { second_factor: roles } }), p('accounts.rules_kept')),
  }
}
