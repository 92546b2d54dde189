/** The phone's clock and dice: the only place below the screens that asks for them, so that tests can set both. */

import { uuid7 as uuid7From } from '../core/oplog'

export const clock = { now: (): number => Date.now() }

/** `YYYY-MM-DDTHH:MM:SS.mmmZ` */
export function timestamp(at_ms: number = clock.now()): string {
  return new Date(at_ms).toISOString()
}

export function uuid7(): string {
  return uuid7From(clock.now(), crypto.getRandomValues(new Uint8Array(10)))
}

/** A random UUID; `crypto.randomUUID` is missing on older WebViews. */
export function randomUuid(): string {
  const made = uuid7From(0, crypto.getRandomValues(new Uint8Array(10)))
  const dice = Array.from(crypto.getRandomValues(new Uint8Array(6)), (byte) => byte.toString(16).padStart(2, '0')).join('')
  return `${dice.slice(0, 8)}-${dice.slice(8)}-4${made.slice(15)}`
}
