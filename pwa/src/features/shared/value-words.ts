/** Values of fields as people read them, and people's words as values: for settling what phones disagree on. */
import type { Json } from '../../core/canonical'
import type { Indicator } from '../../core/checklist'
import type { State } from '../../core/oplog'
import { marks, say, t, type Key } from '../../i18n'
import { kindName } from './choices'

export function aboutWords(target: string, state: State, row: Indicator | undefined): string {
  const [root, id, field, part] = target.split('/')
  if (root === 'visit') return t(`about.${id === 'present' ? 'present' : id === 'note' ? 'visit_note' : 'visit'}`)
  if (root === 'answer') {
    if (field === 'measure') return say(row?.measures.find((one) => one.id === part)?.text) || t('about.measure')
    if (field === 'award') return say(row?.clauses?.find((one) => one.id === part)?.text) || t('about.award')
    if (field === 'requirement') return say(row?.requirements?.find((one) => one.id === part)?.text) || t('about.verdict')
    return t(field === 'note' ? 'about.note' : field === 'reply' ? 'about.reply' : 'about.verdict')
  }
  if (root === 'finding') {
    const clause = (state.elements[`finding/${id}`]?.value as { clause?: string } | null)?.clause
    const words = say(row?.clauses?.find((one) => one.id === clause)?.text)
    return [words, t(field === 'count' ? 'about.count' : field === 'note' ? 'about.note' : 'about.finding')].filter(Boolean).join(' · ')
  }
  if (root === 'review') return t(id === 'adjust' ? 'about.adjust' : id === 'waiver' ? 'about.waiver' : id === 'joined' ? 'about.joined' : 'about.comment')
  return t(root === 'photo' ? 'about.photo' : 'about.other')
}

export function valueWords(target: string, found: Json, row?: Indicator): string {
  if (found === null || found === '') return t('value.none')
  if (target.endsWith('/kind')) return kindName(String(found))
  if (typeof found === 'string') {
    if (/\/(verdict|requirement\/[^/]+)$/.test(target)) return t(`verdict.${found}` as Key)
    return /\/(measure|award)\//.test(target) ? marks(found) : found
  }
  if (typeof found === 'number') {
    const clause = row?.clauses?.find((one) => target.includes(`:${one.id}`))
    return clause && 'unit' in clause ? `${found} ${say(clause.unit)}` : String(found)
  }
  if (typeof found === 'object' && !Array.isArray(found)) {
    const { points, reason, name, label, text, at } = found as Record<string, Json>
    return [points, reason, name, label, text, at].filter((part) => typeof part === 'string').join(' · ') || t('value.something')
  }
  return t('value.something')
}

/** Whether a person can write another value here, and of what sort. */
export function isWritable(target: string): 'number' | 'text' | null {
  if (/\/count$|\/measure\/|\/award\//.test(target)) return 'number'
  return /\/note$|^visit\/(present|note)$|\/comment\//.test(target) ? 'text' : null
}

export function typedValue(target: string, typed: string): Json | undefined {
  const plain = typed.trim()
  if (!target.endsWith('/count')) return plain
  return /^[1-9]\d{0,3}$/.test(plain) ? Number(plain) : undefined
}
