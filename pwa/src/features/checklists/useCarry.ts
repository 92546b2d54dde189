/** Carrying one open inspection to a newer version of its checklist: looking first, then doing it once. */
import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue'
import { indicatorsOf, type Checklist } from '../../core/checklist'
import type { State } from '../../core/oplog'
import { checklist as kept } from '../../store/inspections'
import { tell } from '../../ui/toasts'
import { wordsFor } from '../shared/problems'
import { mine, online } from '../shared/session'
import { movingRows, stayingRows } from './carrying'
import { carryNow, carryPreview, version, type CarrySeen } from './desk'

export function useCarry(id: string) {
  const seen = shallowRef<CarrySeen>()
  const [before, after] = [shallowRef<Checklist>(), shallowRef<Checklist>()]
  const done = ref('')
  const problem = ref('')
  const busy = ref(false)
  const looking = ref(false)
  let asking = new AbortController()

  async function look(to?: string) {
    asking.abort()
    const { signal } = (asking = new AbortController())
    looking.value = true
    problem.value = ''
    try {
      const found = await carryPreview(id, to, signal)
      const [old, next] = await Promise.all([read(found.inspection.checklist.digest, signal), found.to ? read(found.to, signal) : undefined])
      if (signal.aborted) return
      before.value = old
      after.value = next
      seen.value = found
    } catch (fault) {
      if (!signal.aborted) problem.value = wordsFor(fault)
    } finally {
      if (!signal.aborted) looking.value = false
    }
  }
  const read = async (digest: string, signal: AbortSignal) => (await kept(mine(), digest)) ?? (await version(digest, signal))

  async function carry() {
    busy.value = true
    try {
      done.value = (await carryNow(id, seen.value!.to!)).inspection
      await look(seen.value!.to!)
    } catch (fault) {
      tell(wordsFor(fault), undefined, 'wrong')
    } finally {
      busy.value = false
    }
  }

  const order = computed(() => (before.value ? [...indicatorsOf(before.value).keys()] : []))
  const rowOf = (indicator: string | null) => (indicator === null ? undefined : (after.value && indicatorsOf(after.value).get(indicator)) ?? (before.value && indicatorsOf(before.value).get(indicator)))
  /** Enough of a state for words: which finding is under which clause. */
  const state = computed<State>(() => ({
    fields: {}, held: {},
    elements: Object.fromEntries([...(seen.value?.moves ?? []).filter((one) => one.kind === 'add').map((one) => [one.target, one.value]), ...(seen.value?.left ?? []).map((one) => [one.target, one.values[0]])]
      .map(([target, value]) => [target, { live: true, kept: false, value, adds: [] }])) as State['elements'],
  }))

  watch(online, (now) => { if (now && problem.value) void look(seen.value?.to ?? undefined) })
  onScopeDispose(() => asking.abort())
  void look()
  return {
    seen, before, after, done, problem, busy, looking, online, look, carry, rowOf, state,
    moving: computed(() => movingRows(seen.value?.moves ?? [], order.value)),
    staying: computed(() => stayingRows(seen.value?.left ?? [], order.value)),
  }
}
