/** What a step did, in words: which row, and what was said, put there or taken away. */
import type { Indicator } from '../../../core/checklist'
import type { Op, State } from '../../../core/oplog'
import { listed, told } from '../../../i18n'
import { h } from '../../../i18n/hall'
import { indicatorOf } from '../rows'
import { aboutWords, valueWords } from '../value-words'

export function stepWords(ops: Op[], state: State, rows: Indicator[]): string {
  const id = indicatorOf(state, ops[0]!.target) ?? ''
  const row = rows.find((one) => one.id === id)
  const what = ops.map((op) => {
    const about = aboutWords(op.target, state, row)
    return op.kind === 'set' ? told(about, valueWords(op.target, op.value, row)) : `${op.kind === 'add' ? '+' : '−'} ${about}`
  })
  return [id, listed(what)].filter(Boolean).join(' ')
}

export const undoneWords = (...step: Parameters<typeof stepWords>): string => h('steps.undone', { words: stepWords(...step) })
