/** The words about photos on their way that only the settings screen says: they stay out of the first load. */
import { language, type Language } from './index'
import en from './words.photos.en.json'
import zh from './words.photos.zh.json'

export type PhotoKey = keyof typeof zh
const WORDS: Record<Language, Record<PhotoKey, string>> = { zh, en }

export const p = (key: PhotoKey): string => WORDS[language.value][key]
