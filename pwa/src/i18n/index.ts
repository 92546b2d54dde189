/**
 * The words a person reads, in the language they chose. Chinese comes with the first load; English is fetched (and
 * precached) apart. Knows no screen. `words.notes.json` tells translators where each word stands.
 */
import { ref, shallowRef } from 'vue'
import zh from './words.zh.json'

export type Key = keyof typeof zh
export type Language = 'zh' | 'en'
export interface Both { zh: string; en: string }
export type Params = Record<string, string | number>

export const language = ref<Language>('zh')
const words = shallowRef<Record<Key, string>>(zh)

/** Switches once the words are here and `first` was done; offline without them it stays as it was and answers false. */
export async function speak(next: Language, first?: () => Promise<unknown>): Promise<boolean> {
  let found: Record<Key, string>
  try {
    found = next === 'zh' ? zh : (await import('./words.en.json')).default
  } catch {
    return false
  }
  await first?.()
  words.value = found
  language.value = next
  document.documentElement.lang = next === 'zh' ? 'zh-CN' : 'en'
  document.title = words.value['app.name']
  return true
}

/** The words under `key`; `{name}` is filled in, `{n|row|rows}` chooses by number. */
export function t(key: Key, params: Params = {}): string {
  return fill(words.value[key], params)
}

export function fill(pattern: string, params: Params): string {
  return pattern.replace(/\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g, (whole, name: string, one?: string, many?: string) => {
    const value = params[name]
    if (one !== undefined) return Number(value) === 1 ? one : (many ?? '')
    return value === undefined ? whole : String(value)
  })
}

/** The side of a bilingual text that this person reads; the other one where theirs is missing. */
export function say(text: Both | null | undefined): string {
  if (!text) return ''
  return text[language.value] || text.zh || text.en
}

const zone = () => (language.value === 'zh' ? 'zh-CN' : 'en-GB')

export function clock(at: string | number): string {
  return new Date(at).toLocaleTimeString(zone(), { hour: '2-digit', minute: '2-digit', hour12: false })
}

export function day(at: string | number): string {
  return new Date(at).toLocaleDateString(zone(), { month: 'short', day: 'numeric' })
}

/** "just now", "5 min ago", a clock time, or a day: as exact as a person needs. */
export function ago(at: string | number, now = Date.now()): string {
  const minutes = Math.floor((now - new Date(at).getTime()) / 60_000)
  if (minutes < 1) return t('time.now')
  if (minutes < 60) return t('time.minutes', { n: minutes })
  return minutes < 12 * 60 ? clock(at) : `${day(at)} ${clock(at)}`
}

/** Marks as people write them: no trailing zeros, a true minus sign. */
export function marks(amount: string): string {
  const plain = amount.includes('.') ? amount.replace(/\.?0+$/, '') : amount
  return plain.replace('-', '−')
}

/** What was taken, with its minus sign; nothing where nothing was. */
export function taken(amount: string): string {
  const plain = marks(amount)
  return plain === '0' ? '' : `−${plain}`
}

export function span(low: string, high: string): string {
  return low === high ? marks(low) : `${marks(low)}–${marks(high)}`
}

/** Names one after the other, as each language does it. */
export const listed = (names: string[]): string => names.join(language.value === 'zh' ? '、' : ', ')

/** Whole thoughts one after the other; and what something is, with what is said of it. */
export const sentences = (parts: string[]): string => parts.join(language.value === 'zh' ? '；' : '; ')
export const told = (what: string, value: string): string => `${what}${language.value === 'zh' ? '：' : ': '}${value}`

export function megabytes(bytes: number): string {
  if (bytes < 100_000) return `${Math.max(1, Math.round(bytes / 1000))} KB`
  return bytes < 1_000_000_000 ? `${(bytes / 1_000_000).toFixed(1)} MB` : `${(bytes / 1_000_000_000).toFixed(1)} GB`
}
