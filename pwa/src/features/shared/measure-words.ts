/** A measure's problem code in plain words. */
import type { Measure } from '../../core/checklist'
import { marks, t } from '../../i18n'

export function measureWords(code: string, measure: Measure): string {
  if (code === 'measure.over_hundred') return t('measure.over_hundred')
  if (code === 'measure.too_large') return measure.max ? t('measure.too_large', { max: marks(measure.max) }) : t('measure.wrong')
  if (code === 'measure.too_small') return t('measure.too_small', { min: marks(measure.min ?? '0') })
  if (code === 'measure.negative') return t('measure.negative')
  if (code === 'measure.comma') return t('measure.comma')
  if (code === 'measure.too_precise') return measure.decimals ? t('measure.too_precise', { n: measure.decimals }) : t('measure.whole')
  return t('measure.wrong')
}
