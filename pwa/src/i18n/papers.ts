/** The words of papers to take out. Only desks say them, so they stay out of the first load. */
import { fill, language, type Language, type Params } from './index'
import en from './words.papers.en.json'
import zh from './words.papers.zh.json'

export type PaperKey = keyof typeof zh
const WORDS: Record<Language, Record<PaperKey, string>> = { zh, en }

export const paper = (key: PaperKey, params: Params = {}): string => fill(WORDS[language.value][key], params)
