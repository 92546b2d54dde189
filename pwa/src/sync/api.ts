/**
 * Plain questions to the server, and signing in and out. Problems are thrown as ApiProblem. The code behind these comes
 * when the first one is asked: opening the app without network needs none of it.
 */

import type { User } from '../store/people'
import type { Ask } from './http'
import type { Half } from './session'

export { ApiProblem } from '../store/failures'
export type { Half } from './session'

const session = () => import('./index')

/** `path` under /api/v1, e.g. `/inspections?state=submitted`. Resolves with the answer's JSON. */
export async function api<T = unknown>(path: string, init: Ask = {}): Promise<T> {
  return (await session()).api<T>(path, init)
}

/** Signs in; what this user left unsent on this phone may go again. */
export async function login(username: string, password: string): Promise<User | Half> {
  return (await session()).login(username, password)
}

/** Takes the answer of another way to sign in, or of its next step. */
export async function enter(ask: () => Promise<unknown>): Promise<User | Half> {
  return (await session()).enter(ask)
}

/** Signs out on this phone at once, at the server if it can be reached. Deletes no work. */
export async function logout(): Promise<void> {
  return (await session()).logout()
}

/** Who the server takes us for; null when signed out. Throws when it cannot be asked. */
export async function me(): Promise<User | null> {
  return (await session()).me()
}
