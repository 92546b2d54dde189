/** The words for a failure: what the server said, or that it could not be reached. */
import { ApiProblem } from '../../sync/api'
import { say, t } from '../../i18n'

export function wordsFor(fault: unknown): string {
  if (fault instanceof ApiProblem) return fault.code === 'network' || fault.code === 'busy.network' ? t('error.network') : say(fault.problemMessage)
  return t('error.unknown')
}
