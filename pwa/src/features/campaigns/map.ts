/**
 * A map without tiles: where each town lies in the picture, and on which side its name has room. Positions are decimal
 * degrees; in a county's width an even grid with the parallels shortened is exact enough.
 */
import type { Town } from './server'

export interface Placed { region: string; x: number; y: number; label: { x: number; y: number; anchor: 'start' | 'middle' | 'end' } | null }
export interface Drawing { width: number; height: number; towns: Placed[]; without: string[] }

export const MARK = 13

/**
 * In pixels: the picture is `width` wide and a letter `em`, so that names are as large on a phone as on a desk. `widthOf`
 * says how many ems a town's name takes. Towns without any position are in `without`.
 */
export function drawn(towns: Town[], width: number, em: number, widthOf: (town: Town) => number): Drawing {
  const margin = MARK + em * 1.6
  const known = towns.flatMap((town) => {
    const points = town.sites.flatMap(({ lat, lon }) => (lat && lon && Number.isFinite(Number(lat)) && Number.isFinite(Number(lon)) ? [[Number(lon), Number(lat)] as const] : []))
    return points.length ? [{ town, lon: mean(points.map(([lon]) => lon)), lat: mean(points.map(([, lat]) => lat)) }] : []
  })
  const without = towns.filter((town) => !known.some((one) => one.town === town)).map(({ region }) => region)
  if (!known.length) return { width, height: 0, towns: [], without }
  const middle = mean(known.map(({ lat }) => lat))
  const flat = known.map(({ town, lon, lat }) => ({ town, east: lon * Math.cos((middle * Math.PI) / 180), north: lat }))
  const [west, east, south, north] = [Math.min(...flat.map((one) => one.east)), Math.max(...flat.map((one) => one.east)), Math.min(...flat.map((one) => one.north)), Math.max(...flat.map((one) => one.north))]
  const inner = width - 2 * margin
  const scale = Math.min(inner / Math.max(east - west, 1e-6), (inner * 1.1) / Math.max(north - south, 1e-6))
  const height = Math.round((north - south) * scale + 2 * margin)
  const side = (width - (east - west) * scale) / 2
  const at = flat.map(({ town, east: x, north: y }) => ({ town, x: round(side + (x - west) * scale), y: round(margin + (north - y) * scale) }))
  apart(at, { width, height })
  return { width, height, towns: labelled(at, { width, height }, em, widthOf), without }
}

/** Neighbours whose marks would cover each other are moved a little way from each other, and stay in the picture. */
function apart(at: { x: number; y: number }[], room: { width: number; height: number }): void {
  const least = 2 * MARK + 2
  for (let turn = 0; turn < 40; turn++) {
    let moved = false
    at.forEach((a, i) => at.slice(i + 1).forEach((b) => {
      const [dx, dy] = [b.x - a.x || 0.1, b.y - a.y]
      const far = Math.hypot(dx, dy)
      if (far >= least) return
      moved = true
      const [x, y] = [(dx / far) * (least - far) * 0.5, (dy / far) * (least - far) * 0.5]
      place(a, a.x - x, a.y - y, room)
      place(b, b.x + x, b.y + y, room)
    }))
    if (!moved) return
  }
}

function place(one: { x: number; y: number }, x: number, y: number, room: { width: number; height: number }): void {
  one.x = round(Math.min(room.width - MARK, Math.max(MARK, x)))
  one.y = round(Math.min(room.height - MARK, Math.max(MARK, y)))
}

interface Box { left: number; right: number; top: number; bottom: number }

/** Each name on the first side where it meets no mark and no other name; left out where there is none (the table has it). */
function labelled(at: { town: Town; x: number; y: number }[], room: { width: number; height: number }, em: number, widthOf: (town: Town) => number): Placed[] {
  const taken: Box[] = at.map(({ x, y }) => ({ left: x - MARK, right: x + MARK, top: y - MARK, bottom: y + MARK }))
  return at.map(({ town, x, y }) => {
    const wide = widthOf(town) * em
    const line = em * 1.2
    const sides: { x: number; y: number; anchor: 'start' | 'middle' | 'end'; left: number }[] = [
      { x: x + MARK + 5, y: y + em * 0.35, anchor: 'start', left: x + MARK + 5 }, { x: x - MARK - 5, y: y + em * 0.35, anchor: 'end', left: x - MARK - 5 - wide },
      { x, y: y + MARK + line, anchor: 'middle', left: x - wide / 2 }, { x, y: y - MARK - em * 0.4, anchor: 'middle', left: x - wide / 2 },
    ]
    for (const { left, ...label } of sides) {
      const box = { left, right: left + wide, top: label.y - em, bottom: label.y + em * 0.2 }
      if (box.left < 0 || box.right > room.width || box.top < 0 || box.bottom > room.height || taken.some((other) => meet(box, other))) continue
      taken.push(box)
      return { region: town.region, x, y, label }
    }
    return { region: town.region, x, y, label: null }
  })
}

const meet = (a: Box, b: Box): boolean => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom

const mean = (all: number[]): number => all.reduce((sum, one) => sum + one, 0) / all.length

const round = (figure: number): number => Math.round(figure * 10) / 10
