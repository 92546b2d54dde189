/**
 * One text per value: what digests and comparisons are made of.
 * The twin of `server/mingcha/core/canonical.py`; no floats, keys sorted by code point.
 */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

const LONE_SURROGATE = /[\uD800-\uDFFF]/u

/** Throws RangeError on floats, huge numbers and lone surrogates. */
export function canonical(value: Json): string {
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'string') return quoted(value)
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new RangeError('only whole numbers up to 2^53 - 1 have a canonical form')
    return String(value)
  }
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  const members = Object.keys(value)
    .sort(byCodePoint)
    .map((key) => `${quoted(key)}:${canonical(value[key]!)}`)
  return `{${members.join(',')}}`
}

function quoted(text: string): string {
  if (LONE_SURROGATE.test(text)) throw new RangeError('half a character has no canonical form')
  return JSON.stringify(text)
}

/** JavaScript sorts by UTF-16 unit; Python by code point. They differ beyond U+FFFF. */
function byCodePoint(left: string, right: string): number {
  const a = Array.from(left)
  const b = Array.from(right)
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const difference = a[i]!.codePointAt(0)! - b[i]!.codePointAt(0)!
    if (difference) return difference
  }
  return a.length - b.length
}
