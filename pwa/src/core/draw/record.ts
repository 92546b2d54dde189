/**
 * The record of a campaign's draw as the server keeps it: the draw itself, and the days, the source of the seed and the
 * names beside it. Twin of `misfits` in `server/mingcha/core/campaign.py` and of `core/draw/days.py`.
 */

import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { differences, RULE, type Transcript, type Visit } from '.'

export interface Source { kind: 'random' | 'public'; source?: string; number?: string; pool?: string }
export interface DrawRecord extends Transcript {
  days?: string[]
  /** The day of each visit, in the drawn order. */
  dates?: string[]
  source?: Source
  /** The commitment that was kept beforehand. */
  committed?: string
  names?: { sites: Record<string, string>; inspectors: Record<string, string> }
}

/** What does not follow: the words of `differences`, and `dates`, `source`. `published` is the commitment shown beforehand. */
export function misfits(record: DrawRecord, published?: string): string[] {
  const { source, days } = record
  const promised = published ?? record.committed
  const isPublic = source?.kind === 'public'
  const found = differences(record, isPublic ? undefined : promised)
  if (isPublic && (promised !== commitmentOfSource(source.source ?? '') || record.seed !== seedOfPublic(source.source ?? '', source.number ?? ''))) found.push('source')
  if (days?.length && found[0] !== 'impossible' && record.dates?.join() !== datesOf(record.visits, days).join()) found.push('dates')
  return found
}

/** In the drawn order, each visit on the day on which the busiest of its team has fewest; of these the emptiest; then the first. */
export function datesOf(visits: Visit[], days: string[]): string[] {
  const busy = new Map<string, number>()
  const count = (key: string): number => busy.get(key) ?? 0
  return visits.map(({ team }) => {
    const load = (day: string): [number, number] => [Math.max(...team.map((one) => count(`${one} ${day}`))), count(day)]
    let [best, least] = [days[0]!, load(days[0]!)]
    for (const day of days.slice(1)) {
      const here = load(day)
      if (here[0] < least[0] || (here[0] === least[0] && here[1] < least[1])) [best, least] = [day, here]
    }
    for (const key of [...team.map((one) => `${one} ${best}`), best]) busy.set(key, count(key) + 1)
    return best
  })
}

export const seedOfPublic = (source: string, number: string): string => `${source.trim()}:${number.trim().split(/\s+/).join('/')}`

export const commitmentOfSource = (source: string): string => bytesToHex(sha256(utf8ToBytes(`${RULE}:public:${source.trim()}`)))
