/**
 * What all users of this phone share: the phone's own name, who is signed in, display preferences. No work is kept here.
 */

import { randomUuid } from './clock'
import type { User } from './people'
import { Database, type Table } from './tables'

export type { Role, User } from './people'

interface Setting {
  key: string
  value: unknown
}

const connect = () => new Database('mingcha', 10, { settings: { key: 'key' } })
let database = connect()
const settings = () => database.tables()['settings'] as unknown as Table<Setting>

/** This browser profile's name, made once. Two tabs that ask at the same moment get the same one. */
export function deviceId(): Promise<string> {
  return database.together(['settings'], true, async ({ settings: kept }) => {
    const known = (await kept!.get('device'))?.['value'] as string | undefined
    if (known) return known
    const fresh = randomUuid()
    await kept!.put({ key: 'device', value: fresh })
    return fresh
  })
}

/** Who is signed in on this phone; null after signing out. Works offline. */
export async function currentUser(): Promise<User | null> {
  return ((await settings().get('user'))?.value as User | undefined) ?? null
}

/** Signing out (null) deletes nothing of anybody's work. */
export async function rememberUser(user: User | null): Promise<void> {
  await settings().put({ key: 'user', value: user })
}

export async function preference(key: string): Promise<string | undefined> {
  return (await settings().get(`preference/${key}`))?.value as string | undefined
}

export async function setPreference(key: string, value: string | undefined): Promise<void> {
  if (value === undefined) await settings().delete(`preference/${key}`)
  else await settings().put({ key: `preference/${key}`, value })
}

/** Closes the shared database; the next question opens it again. For tests, and before a browser profile is wiped. */
export function closeShared(): void {
  database.close()
  database = connect()
}
