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
export function login(username: string, password: string): Promise<User | Half> {
  return enter(() => api('/session', { method: 'POST', body: { username, password } }))
}

/** Whatever opens a session or leads on to it: its answer, taken as `login` does. */
export async function enter(ask: () => Promise<unknown>): Promise<User | Half> {
  const before = await currentUser()
  await rememberUser(null)
  try {
    const answer = (await ask()) as Half
    return answer.step ? { step: answer.step, ways: answer.ways } : await welcome(answer)
  } catch (failure) {
    await rememberUser(before)
    throw failure
  }
}

/** A session that is half open: what is still to do, and by which second factors. */
export interface Half {
  step: 'code' | 'password' | 'enrol'
  ways: string[]
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
    const answer = await api<Half>('/session')
    return answer.step ? null : await welcome(answer)
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
