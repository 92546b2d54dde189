/** One optional reading of where the phone is: at arrival and per photo, never a track. */

/** Decimal strings, as ops carry them: floats have no canonical form. */
export interface Position {
  lat: string
  lon: string
  accuracy_m: number
}

/** Null when refused, impossible or too slow: "not taken" is a normal answer. Never throws. */
export function onePosition(timeoutMs: number): Promise<Position | null> {
  const finder = (globalThis.navigator as Navigator | undefined)?.geolocation
  if (!finder) return Promise.resolve(null)
  return new Promise((resolve) => {
    // Some phones never answer while the permission question is open.
    const late = setTimeout(() => resolve(null), timeoutMs + 500)
    const done = (found: Position | null): void => {
      clearTimeout(late)
      resolve(found)
    }
    finder.getCurrentPosition(
      ({ coords }) => done(reading(coords)),
      () => done(null),
      { enableHighAccuracy: true, timeout: timeoutMs, maximumAge: 30_000 },
    )
  })
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
