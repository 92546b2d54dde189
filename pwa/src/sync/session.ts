/** What `api.ts` promises. */

import { openDb, setMeta, type UserDb } from '../store/db'
import { currentUser, rememberUser, type User } from '../store/shared'
import { API, ApiProblem, ask, type Ask } from './http'

export async function api<T = unknown>(path: string, init: Ask = {}): Promise<T> {
  return (await ask(API + path, init)) as T
}

/**
 * Signs in; what this user left unsent on this phone may go again. While the server's cookie changes hands nobody is
 * signed in here, so that no work of the last user is sent in the new user's name.
 */
export async function login(username: string, password: string): Promise<User> {
  const before = await currentUser()
  await rememberUser(null)
  try {
    return await welcome(await api('/session', { method: 'POST', body: { username, password } }))
  } catch (failure) {
    await rememberUser(before)
    throw failure
  }
}

export async function logout(): Promise<void> {
  await rememberUser(null)
  try {
    await api('/session', { method: 'DELETE' })
  } catch (failure) {
    if (!(failure instanceof ApiProblem) || failure.family === 'refused') throw failure
  }
}

export async function me(): Promise<User | null> {
  try {
    return await welcome(await api('/session'))
  } catch (failure) {
    if (failure instanceof ApiProblem && failure.family === 'barred') return null
    throw failure
  }
}

async function welcome(answer: unknown): Promise<User> {
  const user = (answer as { user?: User }).user
  if (!user || typeof user.id !== 'string') throw new ApiProblem('phone.offline')
  await unbar(openDb(user.id))
  await rememberUser(user)
  return user
}

/** The server takes this user's work again. */
export async function unbar(db: UserDb): Promise<void> {
  await setMeta(db, 'barred', undefined)
}
