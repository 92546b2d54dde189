/** A person's own ready words, on this phone alone: no op, no server. */
import { metaValue, setMeta, type Tables, type UserDb } from './db'

const KEY = 'phrases'
const MOST = 60

export async function phrases(db: Tables): Promise<string[]> {
  return (await metaValue<string[]>(db, KEY)) ?? []
}

/** The newest first; one that is there already comes to the front. */
export function keepPhrase(db: UserDb, words: string): Promise<void> {
  return change(db, (now) => [words, ...now.filter((one) => one !== words)].slice(0, MOST))
}

export function dropPhrase(db: UserDb, words: string): Promise<void> {
  return change(db, (now) => now.filter((one) => one !== words))
}

function change(db: UserDb, next: (now: string[]) => string[]): Promise<void> {
  return db.transaction('rw', ['meta'], async (tables) => setMeta(tables, KEY, next(await phrases(tables))))
}
