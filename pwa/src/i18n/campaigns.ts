/** The words of campaigns, draws and their board: fetched by the desk screens that say them. */
import { fill, language, type Language, type Params } from './index'
import en from './words.campaigns.en.json'
import zh from './words.campaigns.zh.json'

export type CampaignKey = keyof typeof zh
const WORDS: Record<Language, Record<CampaignKey, string>> = { zh, en }

export const c = (key: CampaignKey, params: Params = {}): string => fill(WORDS[language.value][key], params)
