/** The words of rescue files and of joining by a code. Few open these screens, so their words stay out of the first load. */
import { fill, language, type Language, type Params } from './index'
import en from './words.carry.en.json'
import zh from './words.carry.zh.json'

export type CarryKey = keyof typeof zh
const WORDS: Record<Language, Record<CarryKey, string>> = { zh, en }

export const c = (key: CarryKey, params: Params = {}): string => fill(WORDS[language.value][key], params)

/** Why something was put aside, by its problem's code. */
export function whyHeld(code: string): string {
  const key = `held.${code.replace(/\./g, '_')}`
  return Object.hasOwn(zh, key) ? c(key as CarryKey) : c('held.other', { code })
}
