/** The county's periods as the server keeps them. Needs the network. */
import { v } from '../../i18n/privacy'
import { api } from '../../sync/api'
import { useDeeds } from '../shared/useDeeds'
import type { Change, Periods } from './periods'

export function useRetention() {
  const { value: kept, problem, wrong, busy, again, act } = useDeeds(async (signal) => (await api<{ periods: Periods }>('/retention', signal)).periods)
  function change(changes: Change[]): Promise<boolean> {
    const periods = Object.fromEntries(changes.map(({ kind, after }) => [kind, after]))
    return act(() => api('/retention', { method: 'PUT', body: { periods } }), v('retention.kept'))
  }
  return { kept, problem, wrong, busy, again, change }
}
