/** The words of the gallery. Only those who review open it, so its words stay out of the first load. */
import { fill, language, type Language, type Params } from './index'
import en from './words.gallery.en.json'
import zh from './words.gallery.zh.json'

export type GalleryKey = keyof typeof zh
const WORDS: Record<Language, Record<GalleryKey, string>> = { zh, en }

export const g = (key: GalleryKey, params: Params = {}): string => fill(WORDS[language.value][key], params)
