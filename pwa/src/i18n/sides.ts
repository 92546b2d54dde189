/** The words of a disagreement's sides: fetched with the screens that settle. */
import { fill, language, type Language, type Params } from './index'
import en from './words.sides.en.json'
import zh from './words.sides.zh.json'

export type SidesKey = keyof typeof zh
const WORDS: Record<Language, Record<SidesKey, string>> = { zh, en }

export const s = (key: SidesKey, params: Params = {}): string => fill(WORDS[language.value][key], params)
