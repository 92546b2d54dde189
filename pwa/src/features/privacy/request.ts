/** What an export holds, as counts, and the name of its file. Pure. */

/** In the order in which people ask for them. */
export const STORED = ['ops', 'photos', 'signatures', 'mentions', 'badge_photos', 'assignments', 'sessions', 'readings', 'looks', 'redactions', 'held', 'events'] as const
export interface Counted { what: (typeof STORED)[number]; count: number }

/** Only what is there: somebody without an account has no sign-ins. */
export function countsOf(person: Record<string, unknown>): Counted[] {
  return STORED.flatMap((what) => {
    const list = person[what]
    return Array.isArray(list) && list.length ? [{ what, count: list.length }] : []
  })
}

/** No sign that a file system minds. */
export function fileName(who: string, at: Date): string {
  const plain = who.trim().replace(/[\s\u0000-\u001f\u007f<>:"/\\|?*.]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 60)
  return `mingcha-${plain || 'person'}-${at.toISOString().slice(0, 10)}.json`
}
