/** The words of the review desk beyond its first screen's. Only those who review open it, so they stay out of the first load. */
import { fill, language, type Language, type Params } from './index'
import en from './words.review.en.json'
import zh from './words.review.zh.json'

export type ReviewKey = keyof typeof zh
const WORDS: Record<Language, Record<ReviewKey, string>> = { zh, en }

export const r = (key: ReviewKey, params: Params = {}): string => fill(WORDS[language.value][key], params)
