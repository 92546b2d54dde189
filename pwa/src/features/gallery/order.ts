/** In which order photos are looked at: what is worth a look first, then by row or by kind. Pure. */
import type { Words } from '../../core/checklist'
import type { Photo } from './desk'

export type By = 'row' | 'kind'
/** `key` is `flagged`, a row's id, a kind, or `-` where there is neither. */
export interface Section { key: string; title: Words | null; photos: Photo[] }

const GRAVE = ['photo.hash', 'photo.twin', 'photo.again', 'photo.lookalike', 'photo.again_near', 'photo.unreadable', 'photo.screenshot', 'photo.imported']

/** Sections in the order of the checklist's rows, or of the kinds given; each photo stands in one of them. */
export function sections(photos: Photo[], rows: { id: string; title: Words }[], kinds: string[], by: By, onlyFlagged: boolean): Section[] {
  const flagged = [...photos.filter((photo) => photo.flags.length)].sort((a, b) => gravity(a) - gravity(b) || inTime(a, b))
  const rest = onlyFlagged ? [] : photos.filter((photo) => !photo.flags.length).sort(inTime)
  const keyOf = (photo: Photo) => (by === 'row' ? photo.indicator : photo.kind) ?? '-'
  const groups: Section[] = by === 'row' ? rows.map((row) => ({ key: row.id, title: row.title, photos: [] })) : kinds.map((kind) => ({ key: kind, title: null, photos: [] }))
  const places = new Map(groups.map((group) => [group.key, group]))
  const none: Section = { key: '-', title: null, photos: [] }
  for (const photo of rest) (places.get(keyOf(photo)) ?? none).photos.push(photo)
  return [{ key: 'flagged', title: null, photos: flagged }, ...groups, none].filter((section) => section.photos.length)
}

/** The beginning of the sections, as far as so many photos go. */
export function begun(found: Section[], most: number): Section[] {
  const first: Section[] = []
  for (const section of found) {
    if (most <= 0) break
    first.push({ ...section, photos: section.photos.slice(0, most) })
    most -= section.photos.length
  }
  return first
}

function gravity(photo: Photo): number {
  return Math.min(...photo.flags.map(({ code }) => (GRAVE.includes(code) ? GRAVE.indexOf(code) : GRAVE.length)))
}

function inTime(a: Photo, b: Photo): number {
  return (a.taken_at ?? '').localeCompare(b.taken_at ?? '') || a.id.localeCompare(b.id)
}
