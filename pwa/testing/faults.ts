/** What a browser's storage may do to a write. */

import { vi } from 'vitest'

export const FULL = new DOMException('full', 'QuotaExceededError')

/** The next write of this kind to `table` fails with `why`. Says afterwards whether it came to that. */
export function refusing(table: string, kind: 'add' | 'put', why: DOMException | Error): () => boolean {
  const real = IDBObjectStore.prototype[kind]
  let refused = false
  const refusal = vi.spyOn(IDBObjectStore.prototype, kind).mockImplementation(function (this: IDBObjectStore, ...row) {
    if (this.name !== table) return real.apply(this, row)
    refusal.mockRestore()
    refused = true
    throw why
  })
  return () => refused
}

/** From now on nothing finds room in these tables (none named: in any). Gives back how to end it. */
export function noRoom(...tables: string[]): () => void {
  const spies = (['add', 'put'] as const).map((kind) => {
    const real = IDBObjectStore.prototype[kind]
    return vi.spyOn(IDBObjectStore.prototype, kind).mockImplementation(function (this: IDBObjectStore, ...row) {
      if (tables.length && !tables.includes(this.name)) return real.apply(this, row)
      throw FULL
    })
  })
  return () => spies.forEach((spy) => spy.mockRestore())
}

/** The system closes a connection without a word (iOS does, under memory pressure): the next transaction finds it closed. */
export function closedBySystem(): void {
  const real = IDBDatabase.prototype.transaction
  vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementationOnce(function (this: IDBDatabase, ...asked) {
    this.close()
    return real.apply(this, asked)
  })
}
