/** The words of the checklist desk. Only supervisors and admins open it, so its words stay out of the first load. */
import { fill, language, type Language, type Params } from './index'
import en from './words.desk.en.json'
import zh from './words.desk.zh.json'

export type DeskKey = keyof typeof zh
const WORDS: Record<Language, Record<DeskKey, string>> = { zh, en }

export const w = (key: DeskKey, params: Params = {}): string => fill(WORDS[language.value][key], params)

export const isDeskKey = (key: string): key is DeskKey => Object.hasOwn(zh, key)
