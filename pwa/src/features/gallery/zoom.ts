/** How near a picture is looked at: a scale and the shift of its middle, in parts of the frame. Pure, and the same for two pictures side by side. */

export interface Zoom { scale: number; x: number; y: number }
export const WHOLE: Zoom = { scale: 1, x: 0, y: 0 }
export const MOST = 8

/** Nearer by a factor, with the point under the finger or pointer (parts of the frame from its middle) staying there. */
export function zoomed(now: Zoom, factor: number, at = { x: 0, y: 0 }): Zoom {
  const scale = Math.min(MOST, Math.max(1, now.scale * factor))
  const grown = scale / now.scale
  return held({ scale, x: at.x - (at.x - now.x) * grown, y: at.y - (at.y - now.y) * grown })
}

export function moved(now: Zoom, dx: number, dy: number): Zoom {
  return held({ ...now, x: now.x + dx, y: now.y + dy })
}

/** Never so far that the picture leaves its frame. */
function held({ scale, x, y }: Zoom): Zoom {
  const room = (scale - 1) / 2
  const within = (value: number) => Math.min(room, Math.max(-room, value)) || 0
  return { scale, x: within(x), y: within(y) }
}
