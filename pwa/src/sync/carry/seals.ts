/**
 * Seals: what proves that words which somebody else carries come from this person's phone. The key is given by the server
 * while the person is signed in and kept in their database. The twin of `server/mingcha/core/seals.py`.
 */

import { canonical, type Json } from '../../core/canonical'
import type { Op } from '../../core/oplog'
import { metaValue, setMeta, type UserDb } from '../../store/db'
import { deviceName } from '../../store/documents'
import { ApiProblem } from '../../store/failures'
import type { Transport } from '../transport'

const KEY = 'seal'

/** Asks for the key, once. A server that has none to give is asked again another time; nothing waits for it. */
export async function fetchKey(db: UserDb, transport: Transport): Promise<void> {
  try {
    const answer = (await transport.ask(`/seal?device=${await deviceName(db)}`)) as { key?: unknown }
    if (typeof answer.key === 'string' && /^[0-9a-f]{64}$/.test(answer.key)) await setMeta(db, KEY, answer.key)
  } catch (failure) {
    if (!(failure instanceof ApiProblem)) throw failure
  }
}

/** Seals texts in this person's name; null where the phone was never given a key. */
export async function sealer(db: UserDb): Promise<((text: string) => Promise<string>) | null> {
  const hex = await metaValue<string>(db, KEY)
  if (!hex) return null
  const bytes = Uint8Array.from(hex.match(/../g)!, (pair) => parseInt(pair, 16))
  const key = await crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  return async (text) => {
    const made = new Uint8Array(await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(text)))
    return Array.from(made, (byte) => byte.toString(16).padStart(2, '0')).join('')
  }
}

export const textOfOp = (op: Op): string => canonical(op as unknown as Json)

export interface Invited {
  inspection: string
  /** The checklist's digest. */
  checklist: string
  inviter: string
  device: string
  at: string
}

export const textOfInvitation = ({ inspection, checklist, inviter, device, at }: Invited): string =>
  ['mingcha join 1', inspection, checklist, inviter, device, at].join('\n')
