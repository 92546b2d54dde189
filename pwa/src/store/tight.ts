/** Whether this phone runs out of room. Apart from what is done about it, which few phones ever load. */

/** Below this much free, proved originals are given up. */
export const LEAST_BYTES = 100 * 1024 * 1024

export async function isTight(): Promise<boolean> {
  return ((await freeBytes()) ?? Infinity) < LEAST_BYTES
}

/** Undefined where the browser does not say. */
export async function freeBytes(): Promise<number | undefined> {
  const storage = (globalThis.navigator as Navigator | undefined)?.storage as StorageManager | undefined
  if (!storage?.estimate) return undefined
  const { quota, usage } = await storage.estimate()
  return quota === undefined || usage === undefined ? undefined : quota - usage
}
