/** One campaign at the desk: how it stands, its pool, its draws; and every step that is taken with it. Needs the network. */
import { onScopeDispose, ref, shallowRef } from 'vue'
import { tell } from '../../ui/toasts'
import { c } from '../../i18n/campaigns'
import { wordsFor } from '../shared/problems'
import { supervises } from '../shared/session'
import * as server from './server'
import type { Campaign, DrawEvent, PoolSeen, Swap, Visit } from './server'

export function useCampaign(id: string) {
  const campaign = shallowRef<Campaign>()
  const pool = shallowRef<PoolSeen>()
  const draws = shallowRef<DrawEvent[]>([])
  /** Asked for only when somebody wants to know where it goes: from then on that is in the trail. */
  const visits = shallowRef<Visit[]>()
  const looking = ref(false)
  const problem = ref('')
  const wrong = ref('')
  const busy = ref(false)
  let stop = new AbortController()

  async function refresh() {
    stop.abort()
    const { signal } = (stop = new AbortController())
    problem.value = ''
    try {
      const [found, events, drawnFrom] = await Promise.all([server.campaign(id, { signal }), server.draws(id, { signal }), supervises.value ? server.pool(id, { signal }) : undefined])
      if (signal.aborted) return
      campaign.value = found
      draws.value = events
      pool.value = drawnFrom
      if (visits.value || looking.value) await look()
    } catch (fault) {
      if (!signal.aborted) problem.value = wordsFor(fault)
    }
  }
  async function look() {
    looking.value = true
    const { signal } = stop
    try {
      const found = await server.visits(id, { signal })
      if (!signal.aborted) visits.value = found
    } catch (fault) {
      if (!signal.aborted) wrong.value = wordsFor(fault)
    } finally {
      looking.value = false
    }
  }

  /** Does it, says so, shows everything afresh. Undefined where it was refused; then `wrong` says why. */
  async function act<T>(deed: () => Promise<T>, said: string | ((done: T) => string)): Promise<T | undefined> {
    busy.value = true
    wrong.value = ''
    try {
      const done = await deed()
      tell(typeof said === 'string' ? said : said(done))
      await refresh()
      return done
    } catch (fault) {
      wrong.value = wordsFor(fault)
      return undefined
    } finally {
      busy.value = false
    }
  }
  const personName = (person: string): string => pool.value?.names.inspectors[person] ?? visits.value?.flatMap((one) => one.team).find((one) => one.id === person)?.name ?? person.slice(0, 8)

  onScopeDispose(() => stop.abort())
  void refresh()
  return {
    campaign, pool, draws, visits, looking, problem, wrong, busy, refresh, look, personName,
    forget: () => { wrong.value = '' },
    commit: (source?: string) => act(() => server.commit(id, source), c('done.committed')),
    draw: (number?: string) => act(() => server.draw(id, number), (done) => c('done.drawn', { n: done.visits })),
    redraw: (reason: string) => act(async () => { const done = await server.redraw(id, reason); visits.value = undefined; return done }, c('done.redraw')),
    start: () => act(() => server.start(id), c('done.started')),
    release: (visit: string) => act(() => server.release(id, visit), c('done.released')),
    swap: (asked: Swap) => act(() => server.swap(id, asked), c('done.swapped')),
    close: (reason: string) => act(() => server.close(id, reason), c('done.closed')),
    publish: () => act(() => server.publish(id), c('done.published')),
  }
}
