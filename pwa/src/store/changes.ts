/** "These tables changed": said after every durable write, heard in every page and in the worker of this phone. */

type Listener = (database: string, tables: string[]) => void

const CHANNEL = 'mingcha-changes'
const listeners = new Set<Listener>()
let line: BroadcastChannel | undefined

export function onChange(listener: Listener): () => void {
  channel()
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function announce(database: string, tables: string[]): void {
  tell(database, tables)
  channel()?.postMessage({ database, tables })
}

function tell(database: string, tables: string[]): void {
  for (const listener of listeners) listener(database, tables)
}

/** Old browsers have none; there each tab sees its own writes at once, and others' when it is looked at again. */
function channel(): BroadcastChannel | undefined {
  if (line || typeof BroadcastChannel === 'undefined') return line
  line = new BroadcastChannel(CHANNEL)
  line.onmessage = ({ data }: MessageEvent<{ database: string; tables: string[] }>) => tell(data.database, data.tables)
  return line
}
