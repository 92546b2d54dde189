/** In words: a step, a visit or a centre's move that waits for a supervisor, whatever is in it. */
import type { Json } from '../../core/canonical'
import type { State } from '../../core/oplog'
import { c, type CarryKey } from '../../i18n/carry'
import type { HeldHere } from '../../sync/carry/held'
import { aboutWords, valueWords } from '../shared/value-words'

interface Raw {
  visit?: unknown
  move?: { kind: string; content?: { words?: string; reason?: string; photos?: string[] } }
  target?: string
  value?: Json
}

const MOVES: Record<string, CarryKey> = {
  acknowledge: 'desk.move_acknowledge', answer: 'desk.move_answer', appeal: 'desk.move_appeal', ask_extension: 'desk.move_ask_extension', done: 'desk.move_done',
}

const NOTHING = { elements: {} } as unknown as State

/** What it is and what it says, whatever is in it. */
export function heldWords({ op, details }: Pick<HeldHere, 'op' | 'details'>): { about: string; words: string } {
  const raw = (typeof op === 'object' && op !== null ? op : {}) as Raw
  if (raw.visit) return { about: c('desk.about_visit'), words: '' }
  if (raw.move) {
    const { kind, content = {} } = raw.move
    const photos = content.photos?.length ? c('desk.photos', { n: content.photos.length }) : ''
    const words = [content.words ?? content.reason, photos].filter(Boolean).join(' · ')
    return { about: [Object.hasOwn(MOVES, kind) ? c(MOVES[kind]!) : kind, details.item].filter(Boolean).join(' · '), words: words || c('desk.empty_words') }
  }
  if (typeof raw.target !== 'string') return { about: c('waiting.item'), words: '' }
  const value = raw.value ?? null
  return { about: aboutWords(raw.target, NOTHING, undefined), words: typeof value === 'object' && value !== null ? '' : valueWords(raw.target, value) }
}
