/** The words of results and of paper templates. Only their screens load them, so they stay out of the first load. */
import { fill, language, type Language, type Params } from './index'
import en from './words.results.en.json'
import zh from './words.results.zh.json'

export type ResultKey = keyof typeof zh
const WORDS: Record<Language, Record<ResultKey, string>> = { zh, en }

export const w = (key: ResultKey, params: Params = {}): string => fill(WORDS[language.value][key], params)
