/** What a visit outside any campaign needs, all of it from this phone: a site, a checklist, and who comes along. */
import { computed, ref, shallowRef, watch } from 'vue'
import { begin as beginVisit } from '../../store/begun'
import type { Named } from '../../store/db'
import { go, here } from '../../ui/route'
import { tell } from '../../ui/toasts'
import { s } from '../../i18n/sites'
import { colleagues } from '../shared/colleagues'
import { useLive } from '../shared/live'
import { mine, user } from '../shared/session'
import { useSites } from './useSites'

export function useBegin() {
  const db = mine()
  const sites = useSites()
  const site = ref<string | undefined>(here.value?.query.site)
  const digest = ref<string>()
  const along = shallowRef<Named[]>([])
  const beginning = ref(false)
  const checklists = useLive(['checklists'], async () => {
    const all = await db.checklists.toArray()
    const key = ({ content }: (typeof all)[number]) => `${content.slug} ${content.version}`
    return all.sort((a, b) => (key(a) < key(b) ? 1 : -1))
  })
  const known = useLive(['inspections'], () => colleagues(db)).value
  /** Where there is one, it is the one. */
  watch(checklists.value, (all) => { if (!digest.value && all?.length === 1) digest.value = all[0]!.digest }, { immediate: true })

  const chosen = computed(() => sites.kept.value?.sites.find((one) => one.id === site.value))
  const offered = computed(() => sites.found.value.filter((one) => one.active))
  const isAlong = (person: Named) => along.value.some((one) => one.id === person.id)
  const flip = (person: Named) => { along.value = isAlong(person) ? along.value.filter((one) => one.id !== person.id) : [...along.value, person] }

  async function begin() {
    if (!chosen.value || !digest.value || !user.value) return
    beginning.value = true
    try {
      const id = await beginVisit(db, { id: user.value.id, name: user.value.name }, chosen.value, digest.value, along.value.map(({ id: who, name }) => ({ id: who, name })))
      await go(`/visit/${id}`)
    } catch {
      tell(s('begin.failed'), undefined, 'wrong')
    } finally {
      beginning.value = false
    }
  }
  return { ...sites, site, chosen, offered, digest, checklists: checklists.value, checklistsReady: checklists.ready, known, isAlong, flip, begin, beginning }
}
