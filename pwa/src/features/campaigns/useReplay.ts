/** A draw computed again on this device, from its record and the commitment that was shown beforehand. */
import { onScopeDispose, ref, shallowRef } from 'vue'
import { misfits, type DrawRecord } from '../../core/draw/record'
import { c } from '../../i18n/campaigns'
import { wordsFor } from '../shared/problems'
import { record } from './server'

export function useReplay(campaign: string, number: number, shown: string | null) {
  const published = ref(shown ?? '')
  const found = shallowRef<DrawRecord>()
  /** What does not follow; undefined until it was computed. */
  const bad = shallowRef<string[]>()
  const problem = ref('')
  const busy = ref(false)
  const name = ref('')

  async function fetchRecord() {
    await judge(() => record(campaign, number), '')
  }
  async function open(file: File) {
    await judge(async () => JSON.parse(await file.text()) as DrawRecord, file.name)
  }
  async function judge(ask: () => Promise<DrawRecord>, called: string) {
    problem.value = ''
    busy.value = true
    bad.value = undefined
    try {
      found.value = await ask()
      name.value = called
      if (!published.value && found.value.committed) published.value = found.value.committed
      await again()
    } catch (fault) {
      found.value = undefined
      problem.value = called || fault instanceof SyntaxError || fault instanceof TypeError ? c('replay.no_record') : wordsFor(fault)
    } finally {
      busy.value = false
    }
  }
  /** A large draw takes a moment: the screen says so first. */
  async function again() {
    if (!found.value) return
    busy.value = true
    await new Promise((painted) => setTimeout(painted, 30))
    try {
      bad.value = misfits(found.value, published.value.replace(/\s/g, '').toLowerCase() || undefined)
    } finally {
      busy.value = false
    }
  }
  /** Another commitment was typed: what was said before no longer stands. */
  let typing: ReturnType<typeof setTimeout> | undefined
  function compare(text: string) {
    published.value = text
    bad.value = undefined
    clearTimeout(typing)
    typing = setTimeout(() => void again(), 400)
  }
  onScopeDispose(() => clearTimeout(typing))
  void fetchRecord()
  return { published, found, bad, problem, busy, name, fetchRecord, open, compare }
}
