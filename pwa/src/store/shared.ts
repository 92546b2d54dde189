/**
 * What all users of this phone share: the phone's own name, who is signed in, display preferences. No work is kept here.
 */

import { Dexie, type Table } from 'dexie'
import { randomUuid } from './clock'
import type { User } from './people'

export type { Role, User } from './people'

interface Setting {
  key: string
  value: unknown
}

class SharedDb extends Dexie {
  settings!: Table<Setting, string>

  constructor() {
    super('mingcha', { chromeTransactionDurability: 'strict' })
    this.version(1).stores({ settings: 'key' })
  }
}

let opened: SharedDb | undefined

function shared(): SharedDb {
  return (opened ??= new SharedDb())
}

/** This browser profile's name, made once. Two tabs that ask at the same moment get the same one. */
export function deviceId(): Promise<string> {
  const db = shared()
  return db.transaction('rw', db.settings, async () => {
    const known = (await db.settings.get('device'))?.value as string | undefined
    if (known) return known
    const fresh = randomUuid()
    await db.settings.put({ key: 'device', value: fresh })
    return fresh
  })
}

/** Who is signed in on this phone; null after signing out. Works offline. */
export async function currentUser(): Promise<User | null> {
  return ((await shared().settings.get('user'))?.value as User | undefined) ?? null
}

/** Signing out (null) deletes nothing of anybody's work. */
export async function rememberUser(user: User | null): Promise<void> {
  await shared().settings.put({ key: 'user', value: user })
}

export async function preference(key: string): Promise<string | undefined> {
  return (await shared().settings.get(`preference/${key}`))?.value as string | undefined
}

export async function setPreference(key: string, value: string | undefined): Promise<void> {
  if (value === undefined) await shared().settings.delete(`preference/${key}`)
  else await shared().settings.put({ key: `preference/${key}`, value })
}

/** Closes the shared database; the next question opens it again. For tests, and before a browser profile is wiped. */
export function closeShared(): void {
  opened?.close()
  opened = undefined
}
