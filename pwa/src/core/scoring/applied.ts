/** A checklist as a campaign's settings read it. The twin of `server/mingcha/core/scoring/applied.py`. */

import type { Checklist } from '../checklist'

interface Sets {
  indicator: string
  clause?: string | null
  field: string
  values?: Record<string, unknown>
}

/** The same checklist when every setting stands as published; otherwise a reading of it. */
export function applied(checklist: Checklist, chosen: Readonly<Record<string, string>>): Checklist {
  const settings = checklist.settings.filter(
    (setting) => (setting as { sets?: Sets[] }).sets && chosen[setting.id] !== setting.value,
  )
  if (!settings.length) return checklist
  const read = JSON.parse(JSON.stringify(checklist)) as Checklist
  const indicators = read.categories.flatMap(({ groups }) => groups.flatMap((group) => group.indicators))
  for (const setting of settings) {
    for (const target of (setting as { sets?: Sets[] }).sets!) {
      const choice = chosen[setting.id]!
      const value = target.values ? target.values[choice] : choice
      for (const indicator of indicators.filter(({ id }) => id === target.indicator)) {
        const put = target.clause == null ? [indicator] : indicator.clauses!.filter(({ id }) => id === target.clause)
        for (const each of put) (each as unknown as Record<string, unknown>)[target.field] = value
      }
    }
  }
  return read
}
