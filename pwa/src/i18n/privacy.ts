/** The words of retention and of persons' requests. Only administrators open them, so they stay out of the first load. */
import { fill, language, type Language, type Params } from './index'
import en from './words.privacy.en.json'
import zh from './words.privacy.zh.json'

export type PrivacyKey = keyof typeof zh
const WORDS: Record<Language, Record<PrivacyKey, string>> = { zh, en }

export const v = (key: PrivacyKey, params: Params = {}): string => fill(WORDS[language.value][key], params)
