/** How often orders and inbox are asked for: once a minute, or when a person wants to know. */

export const EVERY_MS = 60_000
let asked = { user: '', at: 0 }

/** The next round asks, whatever was asked a moment ago. */
export const askAgain = (): void => askedBy('', 0)

export function askedBy(user: string, at: number): void {
  asked = { user, at }
}

export const isDue = (user: string, now: number): boolean => asked.user !== user || now - asked.at >= EVERY_MS
