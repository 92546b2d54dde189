/** How much room the browser gives us, and whether it promises to keep what is stored. */

export interface Room {
  used_bytes: number | null
  free_bytes: number | null
  persisted: boolean
}

export async function room(): Promise<Room> {
  const storage = (globalThis.navigator as Navigator | undefined)?.storage
  if (!storage?.estimate) return { used_bytes: null, free_bytes: null, persisted: false }
  const [{ usage, quota }, persisted] = await Promise.all([storage.estimate(), storage.persisted?.().catch(() => false) ?? false])
  return {
    used_bytes: usage ?? null,
    free_bytes: usage !== undefined && quota !== undefined ? Math.max(0, quota - usage) : null,
    persisted: persisted ?? false,
  }
}

/** Asks for storage that is not cleared by itself; browsers may say no. */
export async function persist(): Promise<boolean> {
  const storage = (globalThis.navigator as Navigator | undefined)?.storage
  return (await storage?.persist?.().catch(() => false)) ?? false
}
