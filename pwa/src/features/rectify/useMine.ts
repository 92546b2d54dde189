/** A centre's items as this phone knows them, and what its people do about them. */
import { computed, ref, watch, type Ref } from 'vue'
import { byDeadline, isOver, openTo, type Content, type Item, type MoveKind } from '../../core/rectification'
import { draftOf, keepDraft, keptItem, keptItems, makeMove, setAside } from '../../store/rectification'
import { lastSync } from '../../store/pending'
import { isStorageFull } from '../../store/failures'
import { askAgain } from '../../sync/beside/pace'
import { t } from '../../i18n'
import { tell } from '../../ui/toasts'
import { useLive } from '../shared/live'
import { wordsFor } from '../shared/problems'
import { mine, sendNow } from '../shared/session'
import { todayHere } from './say'

/** Asks the server now, whatever was asked a moment ago. */
export function useRefresh() {
  const busy = ref(false)
  async function refresh() {
    busy.value = true
    try {
      askAgain()
      const report = await sendNow()
      if (report && report.outcome !== 'done') tell(t('today.not_reached'))
    } catch (fault) {
      tell(wordsFor(fault), undefined, 'wrong')
    } finally {
      busy.value = false
    }
  }
  return { busy, refresh }
}

/** `order`: its items alone. */
export function useMyItems(order?: string) {
  const db = mine()
  const { value, ready, error, again } = useLive(['orders', 'moves'], () => keptItems(db))
  const { value: synced } = useLive(['meta'], () => lastSync(db))
  const sorted = computed(() => (value.value ?? []).filter((kept) => !order || kept.order.id === order).sort((a, b) => byDeadline(a.item, b.item)))
  const groups = computed(() => ({
    todo: sorted.value.filter(({ item }) => !isOver(item.state) && item.state !== 'done'),
    reported: sorted.value.filter(({ item }) => item.state === 'done'),
    over: sorted.value.filter(({ item }) => isOver(item.state)).reverse(),
  }))
  if (order) fetchUnknown(ready, () => sorted.value.length > 0)
  return { groups, all: sorted, ready, error, again, synced }
}

/** A touched message may be here before what it is about: then the server is asked at once. */
function fetchUnknown(ready: Ref<boolean>, known: () => boolean) {
  const stop = watch(ready, (now) => {
    if (!now) return
    stop()
    if (known()) return
    askAgain()
    void sendNow().catch(() => undefined)
  })
}

export function useMyItem(id: string) {
  const db = mine()
  const { value: kept, ready, error, again } = useLive(['orders', 'moves'], () => keptItem(db, id))
  const photos = useLive(['photos'], () => db.photos.filter((photo) => photo.item === id).toArray()).value
  fetchUnknown(ready, () => kept.value !== undefined)
  const may = computed(() => (kept.value ? openTo(kept.value.item, todayHere()) : []))

  /** Whether it is saved; a failure was said. */
  async function make(kind: MoveKind, content: Content, done: string): Promise<boolean> {
    try {
      await makeMove(db, kept.value!.item, kind, content)
      tell(done)
      return true
    } catch (fault) {
      tell(isStorageFull(fault) ? t('error.full') : t('error.unsaved'), undefined, 'wrong')
      return false
    }
  }
  return {
    kept, ready, error, again, may, make, photos,
    aside: (move: string) => setAside(db, move),
    draft: (kind: MoveKind) => draftOf(db, id, kind),
    write: (item: Item, kind: MoveKind, content: Content) => keepDraft(db, item, kind, content).catch(() => tell(t('error.unsaved'), undefined, 'wrong')),
  }
}
