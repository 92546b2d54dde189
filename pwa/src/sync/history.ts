/** Fetches what earlier approved visits to the same place found. Only "prepare" and a person who looks ask for it. */
import { keepHistory, type EarlierVisit } from '../store/history'
import type { UserDb } from '../store/db'
import { API, ApiProblem, ask } from './http'

/** How many visits there were. Throws ApiProblem; what was fetched before stays. */
export async function fetchHistory(db: UserDb, inspection: string): Promise<number> {
  const { visits } = (await ask(`${API}/inspections/${inspection}/history`)) as { visits?: EarlierVisit[] }
  if (!Array.isArray(visits)) throw new ApiProblem('phone.offline', { why: 'no history' })
  await keepHistory(db, inspection, visits)
  return visits.length
}
