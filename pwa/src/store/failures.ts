/** A problem on its way to a screen: thrown by the store and by everything that talks with the server. */

import { localProblem, type Family, type Problem, type Words } from '../core/problems'

export class ApiProblem extends Error {
  readonly code: string
  readonly family: Family
  readonly details: Record<string, unknown>
  /** What to show; `message` is for logs. */
  readonly words: Words
  /** Seconds that the server asked to wait. */
  retry_after_s?: number

  constructor(problem: Problem | string, details: Record<string, unknown> = {}) {
    const known = typeof problem === 'string' ? localProblem(problem, details) : problem
    super(known.message.en)
    this.name = 'ApiProblem'
    this.code = known.code
    this.family = known.family
    this.details = known.details
    this.words = known.message
  }
}

/** Whether the browser had no room left for a write. */
export function isStorageFull(failure: unknown): boolean {
  return (failure as { name?: string } | undefined)?.name === 'QuotaExceededError'
}
