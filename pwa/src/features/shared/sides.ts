/** What stands behind each value of a disagreement: the notes and photos of that row by whoever said the value. Pure. */
import type { Conflict, Head, State } from '../../core/oplog'
import { indicatorOf, photosOf, type Photo } from './rows'

export interface Note { target: string; text: string }
export interface Side { head: Head; notes: Note[]; photos: Photo[] }

/** One side for each value, in the order of the values. Photos of the finding that is disputed come first; a disputed photo
 * itself stands on every side. Where one person disagrees with themselves, each phone has its own. */
export function sidesOf({ target, heads }: Conflict, state: State): Side[] {
  const [kind, id] = target.split('/')
  const row = indicatorOf(state, target)
  const all = photosOf(state)
  const itself = kind === 'photo' ? all.filter((one) => one.id === id) : []
  const others = row === null ? [] : all.filter((one) => one.indicator === row && !itself.includes(one))
  const ofFinding = (one: Photo) => kind === 'finding' && one.finding === id
  return heads.map((head) => {
    const alone = heads.every((one) => one === head || one.author !== head.author)
    const own = (one: Head) => one.author === head.author && (alone || one.device === head.device)
    const taken = others.filter((one) => state.elements[one.target]?.heads.some(own))
    return { head, notes: row === null ? [] : notesOf(state, row, target, own), photos: [...itself, ...taken.filter(ofFinding), ...taken.filter((one) => !ofFinding(one))] }
  })
}

/** The disputed note is a value by itself and is not said twice. */
function notesOf(state: State, row: string, disputed: string, own: (head: Head) => boolean): Note[] {
  return Object.entries(state.fields)
    .filter(([target]) => target !== disputed && /^(answer|finding)\/[^/]+\/note$/.test(target) && indicatorOf(state, target) === row && stands(state, target))
    .flatMap(([target, heads]) => heads.filter((head) => own(head) && typeof head.value === 'string' && head.value.trim()).map((head) => ({ target, text: String(head.value).trim() })))
    .sort((a, b) => (a.target < b.target ? -1 : 1))
}

const stands = (state: State, target: string): boolean => target.startsWith('answer/') || Boolean(state.elements[target.slice(0, -'/note'.length)]?.live)
