/** The words of the registry desk: regions, sites, people and their sheets. Loaded with it alone. */
import { fill, language, type Language, type Params } from './index'
import en from './words.registry.en.json'
import zh from './words.registry.zh.json'

export type RegistryKey = keyof typeof zh
const WORDS: Record<Language, Record<RegistryKey, string>> = { zh, en }

export const r = (key: RegistryKey, params: Params = {}): string => fill(WORDS[language.value][key], params)
