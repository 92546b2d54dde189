/**
 * What a value may look like: small checks that answer with the place of the first fault, or null.
 * The twin of `server/mingcha/core/oplog/values.py`; both name a fault by the same path ("position.lat").
 */

/** null when the value is well formed, else the path of what is not ("" = the value itself). */
export type Check = (value: unknown) => string | null

export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
export const IDENTIFIER = /^[0-9A-Za-z._-]{1,32}$/
const TIME = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{3}Z$/
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

const holds = (so: boolean): string | null => (so ? null : '')

export const isTime = (value: unknown): value is string => typeof value === 'string' && TIME.test(value)

/** A day of the calendar between 1970 (an empty clock battery) and 2199, beyond which no clock errs. */
export function isRealDay(time: string): boolean {
  const [year, month, day] = time.slice(0, 10).split('-').map(Number) as [number, number, number]
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  return year >= 1970 && year <= 2199 && day >= 1 && day <= (DAYS[month - 1] ?? 0) + (leap ? 1 : 0)
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  Object.prototype.toString.call(value) === '[object Object]'

export const nothing: Check = (value) => holds(value === null)
export const text: Check = (value) => holds(typeof value === 'string')
export const flag: Check = (value) => holds(typeof value === 'boolean')
export const moment: Check = (value) => holds(isTime(value) && isRealDay(value))

/** Text of `least` to `most` code points. */
export const shortText = (most: number, least = 0): Check => (value) => {
  if (typeof value !== 'string' || value.length > 2 * most) return ''
  const length = Array.from(value).length
  return holds(least <= length && length <= most)
}

export const whole = (least: number, most = Number.MAX_SAFE_INTEGER): Check => (value) =>
  holds(Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most)

export const oneOf = (...words: string[]): Check => (value) => holds(typeof value === 'string' && words.includes(value))

export const like = (pattern: RegExp): Check => (value) => holds(typeof value === 'string' && pattern.test(value))

export const orNothing = (check: Check): Check => (value) => (value === null ? null : check(value))

export const each = (check: Check): Check => (value) => {
  if (!Array.isArray(value)) return ''
  for (const [position, item] of value.entries()) {
    const fault = check(item)
    if (fault !== null) return join(String(position), fault)
  }
  return null
}

/** Exactly these members; the first fault in their order, then what is too much. */
export const record = (members: Record<string, Check>): Check => (value) => {
  if (!isRecord(value)) return ''
  for (const [name, check] of Object.entries(members)) {
    if (!Object.hasOwn(value, name)) return name
    const fault = check(value[name])
    if (fault !== null) return join(name, fault)
  }
  return Object.keys(value).filter((name) => !Object.hasOwn(members, name)).sort()[0] ?? null
}

const join = (name: string, rest: string): string => (rest ? `${name}.${rest}` : name)

/** Plain decimal text in ASCII digits within bounds, such as a latitude. */
export const decimal = (wholeDigits: number, places: number, least: number, most: number): Check => {
  const pattern = new RegExp(`^-?[0-9]{1,${wholeDigits}}(\\.[0-9]{1,${places}})?$`)
  return (value) => holds(typeof value === 'string' && pattern.test(value) && Number(value) >= least && Number(value) <= most)
}
