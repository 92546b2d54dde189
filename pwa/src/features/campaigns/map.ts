/**
 * A map without tiles: where each town lies in the picture, and on which side its name has room. Positions are decimal
 * degrees; in a county's width an even grid with the parallels shortened is exact enough.
 */
import type { Town } from './server'

export interface Placed { region: string; x: number; y: number; label: { x: number; y: number; anchor: 'start' | 'middle' | 'end' } | null }
export interface Drawing { width: number; height: number; towns: Placed[]; without: string[] }

const WIDTH = 640
const MARGIN = 56
const MARK = 13
const LINE = 20

/** `widthOf`: how wide a town's name is, in the drawing's units. Towns without any position are in `without`. */
export function drawn(towns: Town[], widthOf: (town: Town) => number): Drawing {
  const known = towns.flatMap((town) => {
    const points = town.sites.flatMap(({ lat, lon }) => (lat && lon && Number.isFinite(Number(lat)) && Number.isFinite(Number(lon)) ? [[Number(lon), Number(lat)] as const] : []))
    return points.length ? [{ town, lon: mean(points.map(([lon]) => lon)), lat: mean(points.map(([, lat]) => lat)) }] : []
  })
  const without = towns.filter((town) => !known.some((one) => one.town === town)).map(({ region }) => region)
  if (!known.length) return { width: WIDTH, height: 0, towns: [], without }
  const middle = mean(known.map(({ lat }) => lat))
  const flat = known.map(({ town, lon, lat }) => ({ town, east: lon * Math.cos((middle * Math.PI) / 180), north: lat }))
  const [west, east, south, north] = [Math.min(...flat.map((one) => one.east)), Math.max(...flat.map((one) => one.east)), Math.min(...flat.map((one) => one.north)), Math.max(...flat.map((one) => one.north))]
  const inner = WIDTH - 2 * MARGIN
  const scale = Math.min(inner / Math.max(east - west, 1e-6), (inner * 1.1) / Math.max(north - south, 1e-6))
  const height = Math.round((north - south) * scale) + 2 * MARGIN
  const side = (WIDTH - (east - west) * scale) / 2
  const at = flat.map(({ town, east: x, north: y }) => ({ town, x: round(side + (x - west) * scale), y: round(MARGIN + (north - y) * scale) }))
  return { width: WIDTH, height, towns: labelled(at, widthOf, height), without }
}

interface Box { left: number; right: number; top: number; bottom: number }

/** Each name on the first side where it meets no mark and no other name; left out where there is none (the table has it). */
function labelled(at: { town: Town; x: number; y: number }[], widthOf: (town: Town) => number, height: number): Placed[] {
  const taken: Box[] = at.map(({ x, y }) => ({ left: x - MARK, right: x + MARK, top: y - MARK, bottom: y + MARK }))
  return at.map(({ town, x, y }) => {
    const wide = widthOf(town)
    const sides: { x: number; y: number; anchor: 'start' | 'middle' | 'end'; left: number }[] = [
      { x: x + MARK + 5, y: y + 6, anchor: 'start', left: x + MARK + 5 }, { x: x - MARK - 5, y: y + 6, anchor: 'end', left: x - MARK - 5 - wide },
      { x, y: y + MARK + LINE - 2, anchor: 'middle', left: x - wide / 2 }, { x, y: y - MARK - 6, anchor: 'middle', left: x - wide / 2 },
    ]
    for (const { left, ...label } of sides) {
      const box = { left, right: left + wide, top: label.y - LINE + 4, bottom: label.y + 4 }
      if (box.left < 0 || box.right > WIDTH || box.top < 0 || box.bottom > height || taken.some((other) => meet(box, other))) continue
      taken.push(box)
      return { region: town.region, x, y, label }
    }
    return { region: town.region, x, y, label: null }
  })
}

const meet = (a: Box, b: Box): boolean => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom

const mean = (all: number[]): number => all.reduce((sum, one) => sum + one, 0) / all.length

const round = (figure: number): number => Math.round(figure * 10) / 10
