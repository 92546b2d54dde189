/** What is being written in a field and belongs to no step yet: kept at every pause, there again after the page was ended. */
import { ref } from 'vue'
import { draftOf, keepDraft } from '../../store/drafts'
import { isStorageFull } from '../../store/failures'
import { t } from '../../i18n'
import { tell } from '../../ui/toasts'
import { keepTyped } from '../../ui/typing'
import { mine } from './session'

export function useDraft(place: string) {
  const db = mine()
  const words = ref('')
  void draftOf(db, place).then((kept) => { words.value ||= kept }, () => undefined)

  /** For a field's `commit`: where it fails, the field keeps what was typed and gives it again. */
  async function keep(text: string): Promise<void> {
    try {
      await keepDraft(db, place, text)
    } catch (fault) {
      tell(t(isStorageFull(fault) ? 'error.full' : 'error.unsaved'), undefined, 'wrong')
      throw fault
    }
  }

  /** The words are said: a step holds them now. */
  async function said(): Promise<void> {
    await keepTyped() // a field that is still typed in would give it again
    words.value = ''
    await keepDraft(db, place, '').catch(() => undefined)
  }
  return { words, keep, said }
}
