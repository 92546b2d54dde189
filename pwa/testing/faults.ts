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
