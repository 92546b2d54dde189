/** The rescue file, out and in. Its code is fetched when the waiting room opens: it must be here when nothing else works. */
import { onMounted, ref, shallowRef } from 'vue'
import { carriedNow, drop, offerCarriedAgain, openCarried, takeIn } from '../../sync/carry/kept'
import { isStorageFull } from '../../store/failures'
import { megabytes, t } from '../../i18n'
import { c } from '../../i18n/carry'
import { tell } from '../../ui/toasts'
import { useLive } from '../shared/live'
import { wordsFor } from '../shared/problems'
import { mine, user } from '../shared/session'

const writing = () => import('../../sync/carry/bundle')

export function useRescue() {
  const db = mine()
  const busy = ref<'making' | 'reading' | null>(null)
  const made = shallowRef<{ file: File; words: string; missing: string; canShare: boolean }>()
  const answer = ref('')
  const problem = ref('')
  const { value: carried } = useLive(['bundles', 'photos'], () => carriedNow(user.value!.id))
  onMounted(() => void writing().catch(() => undefined))

  async function make() {
    busy.value = 'making'
    problem.value = answer.value = ''
    try {
      const { file, ops, photos, missing } = await (await writing()).writeBundle(db)
      const canShare = typeof navigator.canShare === 'function' && navigator.canShare({ files: [file] })
      made.value = {
        file, canShare, words: ops || photos ? c('rescue.ready', { ops, photos, size: megabytes(file.size) }) : c('rescue.nothing'),
        missing: missing ? c('rescue.missing', { n: missing }) : '',
      }
      return ops + photos > 0
    } catch {
      problem.value = c('rescue.failed')
      return false
    } finally {
      busy.value = null
    }
  }

  async function save() {
    if (!(await make())) return
    const link = document.createElement('a')
    link.href = URL.createObjectURL(made.value!.file)
    link.download = made.value!.file.name
    link.click()
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
  }

  /** A browser may say that it can share and then refuse the kind of file: saving is always there. */
  async function share() {
    if (!made.value) return
    try {
      await navigator.share({ files: [made.value.file] })
    } catch (fault) {
      if ((fault as { name?: string }).name !== 'AbortError') await save()
    }
  }

  async function take(file: Blob | undefined) {
    if (!file) return
    busy.value = 'reading'
    problem.value = answer.value = ''
    try {
      const { readBundle } = await writing()
      const taken = await takeIn(db, await readBundle(file))
      const { author: { name }, ops, photos, damaged, again } = taken
      answer.value = again ? c('rescue.again') : c('rescue.taken', { name, ops, photos: photos - damaged })
      if (damaged) problem.value = c('rescue.damaged', { n: damaged })
    } catch (fault) {
      problem.value = isStorageFull(fault) ? t('error.full') : wordsFor(fault)
    } finally {
      busy.value = null
    }
  }

  const retry = (id: string) => offerCarriedAgain(db, id)

  /** Only what the server has whole. */
  async function remove(id: string) {
    await drop(openCarried(db.userId), id)
    tell(c('carried.gone'))
  }

  return { busy, made, answer, problem, carried, save, share, take, retry, remove }
}
