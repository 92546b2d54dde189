/** Words that somebody is writing and has not said yet: on this phone alone, so that no call and no other app costs them. */
import { metaValue, setMeta, type Tables } from './db'

const keyOf = (place: string): string => `draft/${place}`

export async function draftOf(db: Tables, place: string): Promise<string> {
  return (await metaValue<string>(db, keyOf(place))) ?? ''
}

/** Resolves when it is durable; no words, no draft. */
export function keepDraft(db: Tables, place: string, words: string): Promise<void> {
  return setMeta(db, keyOf(place), words || undefined)
}
