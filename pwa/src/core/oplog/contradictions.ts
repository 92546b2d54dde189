/**
 * What no single field shows: values that cannot both be right. Computed from the state, settled by ordinary ops.
 *
 * How each one ends: `met_with_finding` by another verdict or without the finding; `double_finding` without one of the
 * two, or when one person has added both (an add of the other's finding says "I know it, both stand");
 * `cited_photo_removed` by a new photo, the photo's return, or without the finding; `kept_element` by an add that names
 * the remove, or a new remove. The twin of `server/mingcha/core/oplog/contradictions.py`.
 */

import type { Json } from '../canonical'
import type { Contradiction, Element, State } from './op'
import { heads, value } from './read'

/** What this file needs of a checklist. */
export interface Titled {
  categories: { groups: { indicators: { id: string; title: { zh: string; en: string } }[] }[] }[]
}

interface Finding {
  indicator: string
  clause: string | null
  item: string | null
  case: number | null
}

type Live = [target: string, element: Element][]

/** Two people in one hall, looking at one fault. A drawn case is the same one whenever it is looked at. */
const CLOSE_MS = 30 * 60 * 1000

const WHAT: Record<string, { zh: string; en: string }> = {
  finding: { zh: '问题', en: 'finding' },
  photo: { zh: '照片', en: 'photo' },
  sample: { zh: '抽查件', en: 'sample' },
  signature: { zh: '签名', en: 'signature' },
}

/** Sorted by code, then by what they are about. None while a verdict is itself in conflict: that shows already. */
export function contradictions(state: State, checklist: Titled): Contradiction[] {
  const live: Live = Object.entries(state.elements).filter(([, element]) => element.live)
  const findings = live.filter(([target]) => target.startsWith('finding/'))
  return [
    ...metWithFinding(state, findings, checklist),
    ...doubleFinding(findings, checklist),
    ...citedPhotoRemoved(state, live),
    ...keptElement(live),
  ].sort((a, b) => inOrder([a.code, ...a.about], [b.code, ...b.about]))
}

function metWithFinding(state: State, findings: Live, checklist: Titled): Contradiction[] {
  const found = new Map<string, string[]>()
  for (const [target, element] of findings) {
    const { indicator, clause } = findingOf(element)
    for (const said of [`answer/${indicator}/verdict`, `answer/${indicator}/requirement/${clause}`]) {
      if (value(state, said) === 'met') found.set(said, [...(found.get(said) ?? []), target])
    }
  }
  return [...found].map(([said, targets]) => {
    const { zh, en } = nameOf(checklist, said.split('/')[1]!)
    const text = {
      zh: `${zh}：结论为“符合”，却记有 ${targets.length} 个问题。`,
      en: `${en}: the verdict is met, yet findings stand: ${targets.length}.`,
    }
    return { code: 'met_with_finding', about: [said, ...targets.sort()], text }
  })
}

function doubleFinding(findings: Live, checklist: Titled): Contradiction[] {
  const places = new Map<string, { at: number; target: string; element: Element }[]>()
  for (const [target, element] of findings) {
    const { indicator, clause } = findingOf(element)
    const place = `${indicator}/${clause ?? ''}`
    const entry = { at: Date.parse(element.heads[0]!.at), target, element }
    places.set(place, [...(places.get(place) ?? []), entry])
  }
  return [...places].filter(([, there]) => there.length > 1).flatMap(([place, there]) => {
    const [indicator, clause] = place.split('/') as [string, string]
    const { zh, en } = nameOf(checklist, indicator)
    const text = {
      zh: `${zh}：两人记了相近的问题${clause ? `（条款 ${clause}）` : ''}，可能是同一处。`,
      en: `${en}: two people noted findings${clause ? ` under clause ${clause}` : ''} that may be one fault.`,
    }
    const found: Contradiction[] = []
    there.sort((a, b) => a.at - b.at || (a.target < b.target ? -1 : 1))
    for (const [position, one] of there.entries()) {
      for (const other of there.slice(position + 1)) {
        const drawn = findingOf(one.element).case
        if (other.at - one.at > CLOSE_MS && drawn === null) break
        if (other.at - one.at > CLOSE_MS && drawn !== findingOf(other.element).case) continue
        if (lookLikeOne(one.element, other.element)) {
          found.push({ code: 'double_finding', about: [one.target, other.target].sort(), text: { ...text } })
        }
      }
    }
    return found
  })
}

function lookLikeOne(one: Element, other: Element): boolean {
  const authors = new Set(one.heads.map((head) => head.author))
  if (other.heads.some((head) => authors.has(head.author))) return false
  const [a, b] = [findingOf(one), findingOf(other)]
  const same = (x: Json, y: Json): boolean => x === null || y === null || x === y
  return same(a.item, b.item) && same(a.case, b.case)
}

/** A finding whose photo was removed and that has no other. What a photo was attached to later left with it. */
function citedPhotoRemoved(state: State, live: Live): Contradiction[] {
  const photographed = new Set(
    live.filter(([target]) => target.startsWith('photo/')).flatMap(([target]) => cites(state, target)),
  )
  const standing = new Set(live.map(([target]) => target))
  return Object.entries(state.elements)
    .filter(([target, element]) => target.startsWith('photo/') && !element.live)
    .map(([target, element]): [string, string] => [target, `finding/${citedBy(element)}`])
    .filter(([, cited]) => standing.has(cited) && !photographed.has(cited))
    .map(([target, cited]) => ({
      code: 'cited_photo_removed',
      about: [target, cited],
      text: { zh: '问题的照片已被删除，现无照片佐证。', en: 'The photo of a finding was removed; no other photo shows it.' },
    }))
}

function cites(state: State, photo: string): string[] {
  const said = heads(state, `${photo}/finding`)
  const ids = said.length ? said.map((head) => head.value) : [citedBy(state.elements[photo]!)]
  return ids.map((id) => `finding/${String(id)}`)
}

const citedBy = (photo: Element): string | null => (photo.value as { finding: string | null }).finding

function keptElement(live: Live): Contradiction[] {
  return live
    .filter(([, element]) => element.kept)
    .map(([target]) => {
      const what = WHAT[target.slice(0, target.indexOf('/'))]!
      const text = {
        zh: `有人删除了这个${what.zh}，而另有人同时作了修改，因此保留。`,
        en: `One person removed this ${what.en} while another changed it, so it was kept.`,
      }
      return { code: 'kept_element', about: [target], text }
    })
}

const findingOf = (element: Element): Finding => element.value as unknown as Finding

/** Number and short name; only the number where the checklist does not know it. Looked up where there is something to say. */
function nameOf({ categories }: Titled, indicator: string): { zh: string; en: string } {
  for (const { groups } of categories)
    for (const { indicators } of groups)
      for (const { id, title } of indicators) if (id === indicator) return { zh: `${id} ${title.zh}`, en: `${id} ${title.en}` }
  return { zh: indicator, en: indicator }
}

function inOrder(a: string[], b: string[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) if (a[i] !== b[i]) return a[i]! < b[i]! ? -1 : 1
  return a.length - b.length
}
