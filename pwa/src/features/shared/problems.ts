/** The words for a failure: what the server or the phone said, or that nothing is known. */
import { ApiProblem } from '../../store/failures'
import { say, t } from '../../i18n'

export const wordsFor = (fault: unknown): string => (fault instanceof ApiProblem ? say(fault.words) : t('error.unknown'))
