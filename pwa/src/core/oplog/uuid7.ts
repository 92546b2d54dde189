/** Identity of what a phone makes; apart from the drafts, as the first screen needs only this. */

/** A UUIDv7 from a time and ten random bytes; who calls has the clock and the dice. */
export function uuid7(unixMs: number, random: Uint8Array): string {
  const time = unixMs.toString(16).padStart(12, '0').slice(-12)
  const dice = Array.from(random.subarray(0, 10), (byte) => byte.toString(16).padStart(2, '0')).join('')
  const variant = '89ab'[random[2]! & 3]!
  return `${time.slice(0, 8)}-${time.slice(8)}-7${dice.slice(0, 3)}-${variant}${dice.slice(5, 8)}-${dice.slice(8, 20)}`
}
