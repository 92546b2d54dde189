/** The words of rectification, inbox and reminders. Only their screens load them, so they stay out of the first load. */
import { fill, language, type Language, type Params } from './index'
import en from './words.rectify.en.json'
import zh from './words.rectify.zh.json'

export type RectifyKey = keyof typeof zh
const WORDS: Record<Language, Record<RectifyKey, string>> = { zh, en }

export const r = (key: RectifyKey, params: Params = {}): string => fill(WORDS[language.value][key], params)

export const isRectifyKey = (key: string): key is RectifyKey => Object.hasOwn(zh, key)
