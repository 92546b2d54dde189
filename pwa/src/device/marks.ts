/**
 * What a person draws on a picture: arrows, boxes and words that point, and parts made unreadable (faces, numbers). Drawn
 * the same on the screen and into the bytes. Points are parts of the picture's width and height, 0 to 1.
 */

import { canvasOf, FACE, type Burn } from './camera'

export type Point = [x: number, y: number]
export type Tool = 'blur' | 'box' | 'arrow' | 'text'
export interface Mark {
  tool: Tool
  from: Point
  to: Point
  /** of `text` alone */
  words?: string
}

const RED = '#e3342a'
/** Cells along the longer side of what is made unreadable: a face becomes a few flat squares, whatever its size. */
const CELLS = 7

/** Parts made unreadable first, whatever the order they were drawn in, so that no arrow is lost under them. */
export const marked = (marks: Mark[]): Burn => (brush, width, height) => {
  for (const mark of [...marks].sort((a, b) => Number(b.tool === 'blur') - Number(a.tool === 'blur'))) {
    const from = { x: mark.from[0] * width, y: mark.from[1] * height }
    const to = { x: mark.to[0] * width, y: mark.to[1] * height }
    const line = Math.max(3, Math.max(width, height) / 220)
    brush.save()
    brush.lineCap = brush.lineJoin = 'round'
    if (mark.tool === 'blur') hide(brush, from, to)
    else if (mark.tool === 'box') twice(brush, line, () => brush.strokeRect(from.x, from.y, to.x - from.x, to.y - from.y))
    else if (mark.tool === 'arrow') twice(brush, line, () => arrow(brush, from, to, line))
    else write(brush, from, mark.words ?? '', Math.max(width, height) / 34)
    brush.restore()
  }
}

interface Place { x: number; y: number }

/** White under red is seen on any ground. */
function twice(brush: CanvasRenderingContext2D, line: number, draw: () => void): void {
  for (const [colour, breadth] of [['#fff', line * 2], [RED, line]] as const) {
    brush.strokeStyle = colour
    brush.lineWidth = breadth
    draw()
  }
}

function arrow(brush: CanvasRenderingContext2D, from: Place, to: Place, line: number): void {
  const angle = Math.atan2(to.y - from.y, to.x - from.x)
  const head = line * 5
  brush.beginPath()
  brush.moveTo(from.x, from.y)
  brush.lineTo(to.x, to.y)
  for (const turn of [-0.5, 0.5]) {
    brush.moveTo(to.x, to.y)
    brush.lineTo(to.x - head * Math.cos(angle + turn), to.y - head * Math.sin(angle + turn))
  }
  brush.stroke()
}

function write(brush: CanvasRenderingContext2D, at: Place, words: string, size: number): void {
  brush.font = `600 ${size}px ${FACE}`
  brush.textBaseline = 'top'
  brush.strokeStyle = '#fff'
  brush.lineWidth = size / 5
  brush.fillStyle = RED
  brush.strokeText(words, at.x, at.y)
  brush.fillText(words, at.x, at.y)
}

/** The part is thrown away down to a few cells and drawn back large: nothing of it is left in the picture. */
function hide(brush: CanvasRenderingContext2D, from: Place, to: Place): void {
  const { canvas } = brush
  const left = Math.max(0, Math.floor(Math.min(from.x, to.x)))
  const top = Math.max(0, Math.floor(Math.min(from.y, to.y)))
  const width = Math.min(canvas.width, Math.ceil(Math.max(from.x, to.x))) - left
  const height = Math.min(canvas.height, Math.ceil(Math.max(from.y, to.y))) - top
  if (width < 1 || height < 1) return
  const cell = Math.max(width, height) / CELLS
  const few = canvasOf(Math.max(1, Math.round(width / cell)), Math.max(1, Math.round(height / cell)))
  few.brush.imageSmoothingQuality = 'high'
  few.brush.drawImage(canvas, left, top, width, height, 0, 0, few.canvas.width, few.canvas.height)
  brush.imageSmoothingEnabled = false
  brush.drawImage(few.canvas, 0, 0, few.canvas.width, few.canvas.height, left, top, width, height)
}
