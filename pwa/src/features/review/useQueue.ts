/** The queue of the desk: its filters live in the address, so that a link keeps them; pages follow one another. */
import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue'
import { here, replace } from '../../ui/route'
import { wordsFor } from '../shared/problems'
import { choices, queue, type Choices, type Filters, type Page, type Queued } from './desk'

const NAMES = ['state', 'q', 'campaign', 'town', 'inspector'] as const
/** In the address `all` stands for every state, as an address without a state means what waits for the desk. */
const EVERY = 'all'

export const filtersOf = (query: Record<string, string>): Filters => ({
  state: query.state === EVERY ? '' : (query.state ?? 'submitted'),
  q: query.q ?? '', campaign: query.campaign ?? '', town: query.town ?? '', inspector: query.inspector ?? '',
})

/** `?…` for these filters; empty for those that an address without any means. */
export function addressOf(filters: Filters): string {
  const state = filters.state === 'submitted' ? '' : filters.state || EVERY
  const given = NAMES.map((name) => [name, name === 'state' ? state : filters[name]] as const).filter(([, value]) => value)
  return given.length ? `?${new URLSearchParams(given.map(([name, value]) => [name, value]))}` : ''
}

export function useQueue() {
  const list = shallowRef<Queued[]>()
  const counts = shallowRef<Page['counts']>({})
  const next = ref<string | null>(null)
  const problem = ref('')
  const more = ref(false)
  const options = shallowRef<Choices>({ campaigns: [], towns: [], inspectors: [] })
  const filters = computed(() => filtersOf(here.value?.query ?? {}))
  const address = computed(() => addressOf(filters.value))
  const narrowed = computed(() => NAMES.filter((name) => name !== 'state' && filters.value[name]).length)
  let asking = new AbortController()

  async function ask(after: string | null): Promise<void> {
    asking.abort()
    const { signal } = (asking = new AbortController())
    problem.value = ''
    more.value = after !== null
    try {
      const found = await queue(filters.value, after, signal)
      if (signal.aborted) return
      const before = after === null ? [] : (list.value ?? [])
      const known = new Set(before.map((one) => one.id))
      list.value = [...before, ...found.inspections.filter((one) => !known.has(one.id))]
      next.value = found.next
      counts.value = found.counts
    } catch (fault) {
      if (!signal.aborted) problem.value = wordsFor(fault)
    } finally {
      if (!signal.aborted) more.value = false
    }
  }

  const refresh = () => ask(null)
  const narrow = (change: Partial<Filters>) => replace(`${here.value?.path ?? '/review'}${addressOf({ ...filters.value, ...change })}`)
  const opening = new AbortController()
  void choices(opening.signal).then((found) => { options.value = found }, () => undefined) // without it the filters are few

  watch(address, refresh, { immediate: true })
  onScopeDispose(() => { asking.abort(); opening.abort() })

  return {
    list, counts, next, problem, more, options, filters, address, narrowed, refresh, narrow,
    goOn: () => (next.value && !more.value ? ask(next.value) : Promise.resolve()),
    /** The list need not be asked for again to show that this one was looked at. */
    looked(id: string) {
      const at = new Date().toISOString()
      list.value = list.value?.map((one) => (one.id === id ? { ...one, fresh: false, looked_at: at } : one))
    },
    clear: () => narrow({ q: '', campaign: '', town: '', inspector: '' }),
    total: computed(() => {
      const { state } = filters.value
      const chosen = Object.entries(counts.value).filter(([name]) => !state || name === state).map(([, one]) => one)
      const sum = (of: 'all' | 'needs') => chosen.reduce((found, one) => found + one[of], 0)
      return { n: sum('all'), needs: sum('needs') }
    }),
  }
}
export type Queue = ReturnType<typeof useQueue>
