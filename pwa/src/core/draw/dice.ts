/** Numbers that follow from a seed alone: block i is SHA-256 of `seed:i`, read as four 64-bit numbers, first byte first. */

import { sha256 } from '@noble/hashes/sha2.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'

const RANGE = 2n ** 64n

export interface Dice {
  /** A number from 0 to bound − 1, each equally likely: what would tip the balance is thrown again. */
  below(bound: number): number
}

export function dice(seed: string): Dice {
  const numbers = numbersOf(seed)
  return {
    below(bound) {
      const fair = RANGE - (RANGE % BigInt(bound))
      for (;;) {
        const number = numbers.next().value
        if (number < fair) return Number(number % BigInt(bound))
      }
    },
  }
}

function* numbersOf(seed: string): Generator<bigint, never> {
  for (let block = 0; ; block++) {
    const { buffer } = sha256(utf8ToBytes(`${seed}:${block}`))
    for (let at = 0; at < 32; at += 8) yield new DataView(buffer).getBigUint64(at)
  }
}
