/** One optional reading of where the phone is: at arrival and per photo, never a track. */

/** Decimal strings, as ops carry them: floats have no canonical form. */
export interface Position {
  lat: string
  lon: string
  accuracy_m: number
}

/** Why there is none: the person or the phone said no, nothing answered in time, or this phone cannot. */
export type NoPosition = 'refused' | 'silent' | 'unable'

/** Null when refused, impossible or too slow: "not taken" is a normal answer. Never throws. */
export async function onePosition(timeoutMs: number): Promise<Position | null> {
  const found = await askPosition(timeoutMs)
  return typeof found === 'string' ? null : found
}

/** The reading, or why there is none. Never throws. */
export function askPosition(timeoutMs: number): Promise<Position | NoPosition> {
  const finder = (globalThis.navigator as Navigator | undefined)?.geolocation
  if (!finder) return Promise.resolve('unable')
  return new Promise((resolve) => {
    const done = (found: Position | NoPosition): void => {
      clearTimeout(late)
      resolve(found)
    }
    // Some phones never answer while the permission question is open.
    const late = setTimeout(() => done('silent'), timeoutMs + 500)
    finder.getCurrentPosition(
      ({ coords }) => done(reading(coords)),
      (fault?: { code?: number }) => done(fault?.code === 1 ? 'refused' : fault?.code === 3 ? 'silent' : 'unable'),
      { enableHighAccuracy: true, timeout: timeoutMs, maximumAge: 30_000 },
    )
  })
}

const EARTH_M = 6_371_000

/** Metres over the ground, to show a person: nothing is decided by it. */
export function metresBetween(one: { lat: string; lon: string }, other: { lat: string; lon: string }): number {
  const radians = (degrees: string | number) => (Number(degrees) * Math.PI) / 180
  const [a, b] = [radians(one.lat), radians(other.lat)]
  const across = Math.sin((radians(other.lon) - radians(one.lon)) / 2) ** 2
  const up = Math.sin((b - a) / 2) ** 2
  return Math.round(2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(up + Math.cos(a) * Math.cos(b) * across))))
}

/** Five places are about one metre. */
export function reading(coords: { latitude: number; longitude: number; accuracy: number }): Position {
  const accuracy_m = Math.min(1_000_000, Math.max(0, Math.round(coords.accuracy)))
  return { lat: degrees(coords.latitude), lon: degrees(coords.longitude), accuracy_m }
}

/** Zero has one form. */
function degrees(value: number): string {
  return value.toFixed(5).replace(/^-(0\.0+)$/, '$1')
}
