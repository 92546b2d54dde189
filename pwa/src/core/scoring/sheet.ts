/** A sheet of answers: one settled inspection. The documented form and its checks: `server/mingcha/core/scoring/sheet.py`. */

import { canonical, type Json } from '../canonical'
import { attach, factsAt, say, type Adjustment, type AllFacts, type Said } from './facts'

export interface Answer {
  verdict?: Said
  measures?: Record<string, Said>
  awards?: Record<string, Said>
  requirements?: Record<string, Said>
  note?: Said
}

export interface Sheet {
  checklist: string
  version: string
  site?: string
  answers?: Record<string, Answer>
  findings?: { id: string; indicator: string; clause?: Said; item?: Said; case?: number | null; count?: number | null; note?: Said; photos?: string[] }[]
  photos?: { id: string; indicator?: Said; finding?: Said; kind?: Said }[]
  adjustments?: Record<string, Adjustment | null>
}

/** Facts by indicator. Every answer of a sheet is settled, so each stands alone. */
export function factsOf(sheet: Sheet): AllFacts {
  const found: AllFacts = new Map()
  for (const [id, answer] of Object.entries(sheet.answers ?? {})) {
    const facts = factsAt(found, id)
    facts.verdicts = [answer.verdict ?? null]
    for (const name of ['measures', 'awards', 'requirements'] as const) {
      for (const [key, value] of Object.entries(answer[name] ?? {})) say(facts, name, key, [value])
    }
  }
  for (const [id, adjustment] of Object.entries(sheet.adjustments ?? {})) factsAt(found, id).adjustments = [adjustment]
  findingsInto(found, sheet)
  photosInto(found, sheet)
  return found
}

function findingsInto(found: AllFacts, { findings = [] }: Sheet): void {
  for (const raw of once(findings)) {
    const count = raw.count ?? 1
    const facts = factsAt(found, raw.indicator)
    if (!facts.faults[0]!.length) facts.faults = [[]]
    facts.faults[0]!.push({
      id: raw.id, clause: raw.clause ?? null, item: raw.item ?? null, case: raw.case ?? null,
      fewest: count, most: count, removable: false, near: [],
    })
  }
}

/** A photo belongs to its indicator, or to that of the finding it shows; which either of the two may say. */
function photosInto(found: AllFacts, sheet: Sheet): void {
  const findings = once(sheet.findings ?? [])
  const place = new Map(findings.map((raw) => [raw.id, raw.indicator]))
  const shows = new Map(findings.flatMap((raw) => (raw.photos ?? []).map((photo) => [photo, raw.indicator] as const)))
  attach(found, once(sheet.photos ?? []).flatMap((raw) => {
    const indicator = raw.indicator || place.get(raw.finding ?? '') || shows.get(raw.id)
    return indicator ? [[indicator, raw.id, raw.kind ?? null] as const] : []
  }))
}

/** Sorted by id, each id once: one fact is deducted once. Of two texts under one id always the same is taken. */
function once<T extends { id: string }>(each: T[]): T[] {
  const text = (raw: T) => canonical(raw as unknown as Json)
  const known = new Map<string, T>()
  for (const raw of each) {
    const other = known.get(raw.id)
    if (other === undefined || text(raw) < text(other)) known.set(raw.id, raw)
  }
  return [...known.keys()].sort().map((id) => known.get(id)!)
}
