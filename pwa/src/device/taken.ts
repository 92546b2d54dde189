/**
 * When a picture file says that it was taken: the camera's own date in a JPEG, else when the file was last written. Either
 * can be wrong; it is noted beside the day of the visit, and nothing is decided by it here.
 */

/** A camera whose clock was never set says 1970, 1980 or noughts. */
const EARLIEST = Date.UTC(1990, 0)
/** The camera's block lies before the picture and is at most so long. */
const HEAD_BYTES = 128 * 1024

const CAMERA_BLOCK = 0x8769
const ORIGINAL = 0x9003
const OFFSET = 0x9011

export async function takenAt(file: File): Promise<number> {
  try {
    return cameraTime(new DataView(await file.slice(0, HEAD_BYTES).arrayBuffer())) ?? file.lastModified
  } catch {
    return file.lastModified
  }
}

/** Milliseconds, by this phone's time zone where the file names none; null where it has no date. Throws on a torn block. */
function cameraTime(bytes: DataView): number | null {
  const tiff = tiffOf(bytes)
  if (!tiff) return null
  const little = tiff.getUint16(0) === 0x4949
  const first = fields(tiff, tiff.getUint32(4, little), little)
  const block = first.get(CAMERA_BLOCK)
  if (block === undefined) return null
  const found = fields(tiff, tiff.getUint32(block + 8, little), little)
  return moment(words(tiff, found.get(ORIGINAL), little), words(tiff, found.get(OFFSET), little))
}

/** The Exif part of a JPEG, which is a small TIFF of its own. */
function tiffOf(bytes: DataView): DataView | null {
  if (bytes.byteLength < 4 || bytes.getUint16(0) !== 0xffd8) return null
  for (let at = 2; at + 10 < bytes.byteLength;) {
    const [marker, length] = [bytes.getUint16(at), bytes.getUint16(at + 2)]
    if (marker === 0xffe1 && bytes.getUint32(at + 4) === 0x45786966) return new DataView(bytes.buffer, at + 10)
    if (marker < 0xffc0 || marker === 0xffda) return null
    at += 2 + length
  }
  return null
}

/** Where each field of a directory stands, by its number. */
function fields(tiff: DataView, at: number, little: boolean): Map<number, number> {
  const places = Array.from({ length: tiff.getUint16(at, little) }, (_, each) => at + 2 + each * 12)
  return new Map(places.map((place) => [tiff.getUint16(place, little), place]))
}

function words(tiff: DataView, field: number | undefined, little: boolean): string {
  if (field === undefined) return ''
  const length = tiff.getUint32(field + 4, little)
  const from = length > 4 ? tiff.getUint32(field + 8, little) : field + 8
  return Array.from({ length: Math.min(length, 32) }, (_, each) => String.fromCharCode(tiff.getUint8(from + each))).join('')
}

function moment(said: string, offset: string): number | null {
  const at = /^(\d{4}):(\d\d):(\d\d) (\d\d):(\d\d):(\d\d)/.exec(said)?.slice(1).map(Number) as [number, number, number, number, number, number] | undefined
  if (!at) return null
  const [year, month, day, hour, minute, second] = at
  const zone = /^([+-])(\d\d):(\d\d)/.exec(offset)
  const east = zone && (zone[1] === '-' ? -60_000 : 60_000) * (Number(zone[2]) * 60 + Number(zone[3]))
  const found = east === null ? new Date(year, month - 1, day, hour, minute, second).getTime() : Date.UTC(year, month - 1, day, hour, minute, second) - east
  return found >= EARLIEST ? found : null
}
