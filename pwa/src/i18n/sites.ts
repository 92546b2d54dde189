/** The words of the kept sites and of beginning a visit at one. Loaded with those two screens alone. */
import { fill, language, type Language, type Params } from './index'
import en from './words.sites.en.json'
import zh from './words.sites.zh.json'

export type SitesKey = keyof typeof zh
const WORDS: Record<Language, Record<SitesKey, string>> = { zh, en }

export const s = (key: SitesKey, params: Params = {}): string => fill(WORDS[language.value][key], params)
