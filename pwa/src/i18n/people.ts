/** The words of accounts, invitations and second factors: fetched by the few screens that say them. */
import { fill, language, type Language, type Params } from './index'
import en from './words.people.en.json'
import zh from './words.people.zh.json'

export type PeopleKey = keyof typeof zh
const WORDS: Record<Language, Record<PeopleKey, string>> = { zh, en }

export const p = (key: PeopleKey, params: Params = {}): string => fill(WORDS[language.value][key], params)
