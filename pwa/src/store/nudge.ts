/** "There is something to send": said by every write, heard by whoever syncs in this page. */

const listeners = new Set<() => void>()

export function onNudge(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function nudge(): void {
  for (const listener of listeners) listener()
}
