/**
 * The draw, as `server/mingcha/core/draw/draw.py` describes it step by step: shuffle the sites, choose the teams, even out.
 * Here so that anybody can replay a record in a browser, far from the server that made it.
 */

import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { canonical, type Json } from '../canonical'
import { dice, type Dice } from './dice'
import { byText, NoDraw, poolOf, recusals, type Pool, type Site } from './pool'

export * from './pool'

export const RULE = 'mingcha-draw-1'

export interface Visit { site: string; team: string[] }
export interface Transcript { rule: string; commitment: string; seed: string; pool: Pool; visits: Visit[]; digest: string }

/** Site and sorted team, in the drawn order. Throws NoDraw `draw.impossible` where a site cannot get its team. */
export function draw(told: Pool, seed: string): Visit[] {
  const pool = poolOf(told)
  const mayGo = (site: Site) => new Set(pool.inspectors.filter((one) => !recusals(one, site).length).map(({ id }) => id))
  if (pool.sites.some((site) => mayGo(site).size < pool.team)) throw new NoDraw('draw.impossible')
  const thrown = dice(seed)
  const sites = shuffled(pool.sites, thrown).slice(0, pool.wanted)
  const free = new Map(sites.map((site) => [site.id, mayGo(site)]))
  const load = new Map(pool.inspectors.map(({ id }) => [id, 0]))
  const visits = sites.map(({ id }): Visit => ({ site: id, team: team(free.get(id)!, pool.team, load, thrown) }))
  evenOut(visits, free, load)
  return visits.map((visit) => ({ ...visit, team: [...visit.team].sort(byText) }))
}

export const commitment = (seed: string): string => hashed(`${RULE}:${seed}`)

/** What does not follow in a record; none means anyone may trust it. `published` is the commitment made beforehand. */
export function differences(record: Transcript, published?: string): string[] {
  if (record.rule !== RULE) return ['rule']
  let visits: Visit[]
  try {
    visits = draw(record.pool, record.seed)
  } catch (fault) {
    if (fault instanceof NoDraw) return ['impossible']
    throw fault
  }
  /** The digest names these five; what a campaign keeps beside them is `record.ts`. */
  const again = { rule: RULE, commitment: commitment(record.seed), seed: record.seed, pool: poolOf(record.pool), visits }
  const same = (a: unknown, b: unknown): boolean => canonical(a as Json) === canonical(b as Json)
  const found = [
    ...(same(record.commitment, again.commitment) && (published === undefined || published === again.commitment) ? [] : ['commitment']),
    ...(same(record.visits, visits) ? [] : ['visits']),
    ...(record.digest === hashed(canonical(again as unknown as Json)) ? [] : ['digest']),
  ]
  return found
}

const hashed = (text: string): string => bytesToHex(sha256(utf8ToBytes(text)))

function shuffled(sites: Site[], thrown: Dice): Site[] {
  const all = [...sites]
  for (let i = all.length - 1; i > 0; i--) {
    const j = thrown.below(i + 1)
    ;[all[i], all[j]] = [all[j]!, all[i]!]
  }
  return all
}

function team(free: Set<string>, size: number, load: Map<string, number>, thrown: Dice): string[] {
  const chosen: string[] = []
  while (chosen.length < size) {
    const left = [...free].filter((one) => !chosen.includes(one)).sort(byText)
    const fewest = Math.min(...left.map((one) => load.get(one)!))
    const idle = left.filter((one) => load.get(one) === fewest)
    const next = idle[thrown.below(idle.length)]!
    chosen.push(next)
    load.set(next, fewest + 1)
  }
  return chosen
}

function evenOut(visits: Visit[], free: Map<string, Set<string>>, load: Map<string, number>): void {
  for (let change = unfair(visits, free, load); change; change = unfair(visits, free, load)) {
    const { visit, busy, idle } = change
    visit.team[visit.team.indexOf(busy)] = idle
    load.set(busy, load.get(busy)! - 1)
    load.set(idle, load.get(idle)! + 1)
  }
}

/** The first visit that should change hands, who gives it and who takes it. */
function unfair(visits: Visit[], free: Map<string, Set<string>>, load: Map<string, number>) {
  const idlest = [...load.keys()].sort((a, b) => load.get(a)! - load.get(b)! || byText(a, b))
  const busiest = [...load.keys()].sort((a, b) => load.get(b)! - load.get(a)! || byText(a, b))
  for (const busy of busiest) {
    const lighter = idlest.filter((one) => load.get(busy)! - load.get(one)! >= 2)
    if (!lighter.length) return undefined
    for (const visit of visits) {
      if (!visit.team.includes(busy)) continue
      const idle = lighter.find((one) => free.get(visit.site)!.has(one) && !visit.team.includes(one))
      if (idle !== undefined) return { visit, busy, idle }
    }
  }
  return undefined
}
