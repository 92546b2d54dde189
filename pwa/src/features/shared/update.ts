/** A new build waits: said once, taken when the person says so or at the next start. */
import { tell } from '../../ui/toasts'
import { t } from '../../i18n'

export function offerUpdate(): void {
  tell(t('update.ready'))
}
