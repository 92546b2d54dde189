/**
 * Whether photos may go over the line that is there now. Steps always go: they are small. A person may ask to spare the
 * line; then photos wait while it is metered, slow, or the browser was told to save data. A browser that cannot tell
 * (Safari, Firefox) sends: waiting for ever would be worse.
 */

import { preference, setPreference } from '../store/shared'

/** `any`: always send. `sparing`: photos wait for a line that costs nothing and is not 2G. */
export type PhotoLine = 'any' | 'sparing'

const KEY = 'photo_line'

/** What browsers tell of the line, in page and worker. */
export interface Connection {
  type?: string
  effectiveType?: string
  saveData?: boolean
}

const METERED = new Set(['cellular', 'wimax', 'bluetooth'])
const SLOW = new Set(['slow-2g', '2g'])

export async function photoLine(): Promise<PhotoLine> {
  return (await preference(KEY)) === 'sparing' ? 'sparing' : 'any'
}

export async function choosePhotoLine(wish: PhotoLine): Promise<void> {
  await setPreference(KEY, wish)
}

export async function photosWait(): Promise<boolean> {
  return (await photoLine()) === 'sparing' && isDear(connection())
}

export function isDear(line: Connection | undefined): boolean {
  return line !== undefined && (line.saveData === true || METERED.has(line.type ?? '') || SLOW.has(line.effectiveType ?? ''))
}

/** Undefined where the browser does not tell. */
export function connection(): Connection | undefined {
  return (globalThis.navigator as (Navigator & { connection?: Connection }) | undefined)?.connection
}
