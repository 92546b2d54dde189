/**
 * "Only one of us at a time": tabs and the worker take turns by Web Locks, held for one exchange or one photo. Where there
 * are none, only this page takes turns with itself. Correctness never rests on it: the server takes each op once.
 */

export const BUSY_ELSEWHERE = Symbol('busy elsewhere')

const queue = new Map<string, Promise<unknown>>()

/** Runs `act` alone; gives up with BUSY_ELSEWHERE after `wait_ms` (0: at once). */
export async function alone<T>(name: string, wait_ms: number, act: () => Promise<T>): Promise<T | typeof BUSY_ELSEWHERE> {
  const locks = (globalThis.navigator as Navigator | undefined)?.locks
  if (!locks) return taking(name, wait_ms, act)
  if (wait_ms === 0) return locks.request(name, { ifAvailable: true }, async (lock) => (lock ? act() : BUSY_ELSEWHERE))
  const giveUp = new AbortController()
  const timer = setTimeout(() => giveUp.abort(), wait_ms)
  let began = false
  try {
    return await locks.request(name, { signal: giveUp.signal }, () => {
      began = true
      clearTimeout(timer)
      return act()
    })
  } catch (failure) {
    if (!began && giveUp.signal.aborted) return BUSY_ELSEWHERE
    throw failure
  } finally {
    clearTimeout(timer)
  }
}

async function taking<T>(name: string, wait_ms: number, act: () => Promise<T>): Promise<T | typeof BUSY_ELSEWHERE> {
  const before = queue.get(name)
  if (before && wait_ms === 0) return BUSY_ELSEWHERE
  const mine = (before ?? Promise.resolve()).then(act, act)
  const settled = mine.then(
    () => undefined,
    () => undefined,
  )
  queue.set(name, settled)
  try {
    return await mine
  } finally {
    if (queue.get(name) === settled) queue.delete(name)
  }
}
