/** Who holds this phone, their own database and the sync that runs for them. One person at a time. */
import { computed, ref, shallowRef } from 'vue'
import { openDb, type UserDb } from '../../store/db'
import { currentUser, type User } from '../../store/shared'
import type { Syncing } from '../../sync/page'
import type { SyncReport } from '../../sync/engine'
import * as server from '../../sync/api'

export const user = shallowRef<User | null>(null)
export const online = ref(navigator.onLine)
export const supervises = computed(() => user.value?.role === 'supervisor')
export const keepsChecklists = computed(() => ['supervisor', 'admin'].includes(user.value?.role ?? ''))
export const inspects = computed(() => user.value?.role === 'inspector')

let db: UserDb | undefined
/** The engine comes after the first screen; the worker does without it. */
let sync: Promise<Syncing> | undefined

addEventListener('online', () => { online.value = true })
addEventListener('offline', () => { online.value = false })

/** The database of the person who is signed in. */
export function mine(): UserDb {
  if (!db) throw new Error('nobody is signed in')
  return db
}

/** Goes on as whoever was here last, with no network needed. */
export async function resume(): Promise<void> {
  const last = await currentUser()
  if (last) begin(last)
}

/** What is still to do where the session is half open; nothing when the person is in. */
export const signIn = (username: string, password: string): Promise<server.Half | undefined> => welcome(server.login(username, password))

/** Any other way in, or its next step, by the answer that it gives. */
export const signInBy = (ask: () => Promise<unknown>): Promise<server.Half | undefined> => welcome(server.enter(ask))

async function welcome(asked: Promise<User | server.Half>): Promise<server.Half | undefined> {
  const answer = await asked
  if ('step' in answer) return answer
  begin(answer)
}

/** The device was revoked: its work is at the server, and nothing of it is here any more. */
async function heard(report: SyncReport): Promise<void> {
  if (report.outcome !== 'revoked' && !(report.outcome === 'stopped' && !(await currentUser()))) return
  void sync?.then((one) => one.stop())
  sync = db = undefined
  user.value = null
}

/** Ends the session here and, when it can be reached, at the server. Unsent work stays in this person's database. */
export async function signOut(): Promise<void> {
  const running = sync
  sync = undefined
  void running?.then((one) => one.stop())
  await server.logout().catch(() => undefined) // signed out here in any case
  db = undefined
  user.value = null
}

/** Sends and fetches now; undefined when nobody is signed in. */
export async function sendNow(): Promise<SyncReport | undefined> {
  return (await sync)?.now()
}

/** When the line is free for what nobody waits for: after the first exchange, or without it after a while. */
export async function quiet(): Promise<void> {
  const answered = sync?.then((running) => running.last ?? new Promise<unknown>((done) => {
    const deaf = running.onReport((report) => { deaf(); done(report) })
  }))
  await Promise.race([answered?.catch(() => undefined), new Promise((done) => setTimeout(done, 4_000))])
}

function begin(person: User): void {
  db = openDb(person.id)
  user.value = person
  sync = import('../../sync').then(({ startSync }) => {
    const running = startSync(person.id)
    running.onReport((report) => void heard(report))
    return running
  })
}
