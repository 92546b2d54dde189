/** The words of what an inspector opens now and then in the hall (camera, marks, division of work, history, feedback). Never in the first load. */
import { fill, language, type Language, type Params } from './index'
import en from './words.hall.en.json'
import zh from './words.hall.zh.json'

export type HallKey = keyof typeof zh
const WORDS: Record<Language, Record<HallKey, string>> = { zh, en }

export const h = (key: HallKey, params: Params = {}): string => fill(WORDS[language.value][key], params)
