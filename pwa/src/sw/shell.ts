/**
 * The app's own files on this phone. Workbox fetches them one after the other, and on a slow line each waits for its own way
 * there and back; here several come at once.
 */

import { PrecacheController, type PrecacheEntry } from 'workbox-precaching'

const AT_ONCE = 6

export class Shell {
  private readonly kept = new PrecacheController()

  constructor(private readonly entries: PrecacheEntry[]) {
    this.kept.addToCacheList(entries)
  }

  /** Fails where a file cannot be had: then the version before stays. */
  async install(event: ExtendableEvent): Promise<void> {
    const left = [...this.entries]
    await Promise.all(Array.from({ length: AT_ONCE }, async () => {
      for (let entry = left.shift(); entry; entry = left.shift()) await this.keep(entry, event)
    }))
  }

  /** Throws away what this version has no more. */
  async activate(event: ExtendableEvent): Promise<void> {
    await this.kept.activate(event)
  }

  match(url: string | Request): Promise<Response | undefined> {
    return this.kept.matchPrecache(url)
  }

  async isWhole(): Promise<boolean> {
    const found = await Promise.all(this.entries.map(({ url }) => this.match(url)))
    return found.length > 0 && found.every((response) => response !== undefined)
  }

  get paths(): Set<string> {
    return new Set(this.entries.map(({ url }) => new URL(url, self.location.href).pathname))
  }

  private async keep({ url, revision }: PrecacheEntry, event: ExtendableEvent): Promise<void> {
    // A name without a hash may lie in the browser's own cache from the version before.
    const request = new Request(url, { cache: revision ? 'reload' : 'default', credentials: 'same-origin' })
    const cacheKey = this.kept.getCacheKeyForURL(new URL(url, self.location.href).href)
    await Promise.all(this.kept.strategy.handleAll({ params: { cacheKey }, request, event }))
  }
}
