/** What goes into a draw, in its JSON form. The twin of `server/mingcha/core/draw/pool.py`. */


/** Why nothing can be drawn, by the code of the server's problem. */
export class NoDraw extends Error {
  constructor(readonly code: string) {
    super(code)
  }
}

export const RULES = ['own_town', 'relative', 'former_post', 'named', 'inspected_last'] as const
export type Rule = (typeof RULES)[number]

export interface Site { id: string; region: string }
/** What ties an inspector to every site of a region, or (`site`) to one alone. */
export interface Tie { rule: Rule; region?: string; site?: string }
export interface Inspector { id: string; ties: Tie[]; last: string[] }
/** `wanted` sites are drawn of all; each gets a team of `team` inspectors. Sorted by id. */
export interface Pool { sites: Site[]; inspectors: Inspector[]; wanted: number; team: number }

/** Sorted and checked. Throws NoDraw `draw.pool`, `draw.team_of_two` or `draw.too_few_sites`. */
export function poolOf(told: Pool): Pool {
  const sites = sorted(told.sites)
  const inspectors = sorted(told.inspectors)
  const rules = inspectors.flatMap((one) => one.ties.map(({ rule }) => rule))
  if (rules.some((rule) => !RULES.includes(rule)) || doubled(sites) || doubled(inspectors)) throw new NoDraw('draw.pool')
  if (told.team < 2) throw new NoDraw('draw.team_of_two')
  if (told.wanted < 1 || told.wanted > sites.length) throw new NoDraw('draw.too_few_sites')
  return { sites, inspectors, wanted: told.wanted, team: told.team }
}

/** The rules that keep this person from this site; none means they may go. */
export function recusals(inspector: Inspector, site: Site): Rule[] {
  const found = inspector.ties.filter((tie) => tie.site === site.id || (tie.region ? site.region.startsWith(tie.region) : false)).map(({ rule }) => rule)
  return inspector.last.includes(site.id) ? [...found, 'inspected_last'] : found
}

export const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const sorted = <T extends { id: string }>(all: T[]): T[] => [...all].sort((a, b) => byText(a.id, b.id))

const doubled = (all: { id: string }[]): boolean => new Set(all.map(({ id }) => id)).size !== all.length
