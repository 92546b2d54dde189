/** Where two texts differ: what stands before, what was changed, what stands after. A figure changes as a whole. */
export interface Piece { text: string; changed: boolean }

export function pieces(one: string, other: string): [Piece[], Piece[]] {
  if (![one, other].every((text) => /\p{L}/u.test(text))) return [whole(one), whole(other)]
  const least = Math.min(one.length, other.length)
  let head = 0
  while (head < least && one[head] === other[head]) head++
  let tail = 0
  while (tail < least - head && one[one.length - 1 - tail] === other[other.length - 1 - tail]) tail++
  if (head + tail < least / 4) return [whole(one), whole(other)]
  const cut = (text: string): Piece[] => [
    { text: text.slice(0, head), changed: false },
    { text: text.slice(head, text.length - tail), changed: true },
    { text: text.slice(text.length - tail), changed: false },
  ].filter((piece) => piece.text)
  return [cut(one), cut(other)]
}

const whole = (text: string): Piece[] => (text ? [{ text, changed: true }] : [])
