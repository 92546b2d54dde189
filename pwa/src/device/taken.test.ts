import { expect, test } from 'vitest'
import { takenAt } from './taken'

const WRITTEN = Date.UTC(2026, 10, 22, 3)
const file = (...parts: Uint8Array<ArrayBuffer>[]) => new File(parts, 'IMG_1.jpg', { lastModified: WRITTEN })

/** The head of a JPEG with a camera's block: its date, and its offset where it names one. */
function camera(said: string, offset = '', little = true): Uint8Array<ArrayBuffer> {
  const tiff = new DataView(new ArrayBuffer(120))
  const field = (at: number, tag: number, type: number, length: number, value: number) => {
    tiff.setUint16(at, tag, little)
    tiff.setUint16(at + 2, type, little)
    tiff.setUint32(at + 4, length, little)
    tiff.setUint32(at + 8, value, little)
  }
  const ascii = (at: number, text: string) => [...text].forEach((sign, each) => tiff.setUint8(at + each, sign.charCodeAt(0)))
  tiff.setUint16(0, little ? 0x4949 : 0x4d4d)
  tiff.setUint32(4, 8, little)
  tiff.setUint16(8, 1, little)
  field(10, 0x8769, 4, 1, 26)
  tiff.setUint16(26, offset ? 2 : 1, little)
  field(28, 0x9003, 2, 20, 60)
  field(40, offset ? 0x9011 : 0, 2, 7, 84)
  ascii(60, said)
  ascii(84, offset)
  const jfif = [0xff, 0xe0, 0, 4, 1, 1]
  return new Uint8Array([0xff, 0xd8, ...jfif, 0xff, 0xe1, 0, 128, 0x45, 0x78, 0x69, 0x66, 0, 0, ...new Uint8Array(tiff.buffer), 0xff, 0xda, 0, 2, 9, 9])
}

test.each([
  ['its camera says, by this phone’s zone', camera('2025:05:01 08:30:00'), new Date(2025, 4, 1, 8, 30).getTime()],
  ['its camera says, by the zone that it names', camera('2025:05:01 08:30:00', '+08:00', false), Date.UTC(2025, 4, 1, 0, 30)],
  ['the file was written, where the camera’s clock was never set', camera('0000:00:00 00:00:00'), WRITTEN],
  ['the file was written, where there is no camera', new Uint8Array([0x89, 0x50, 0x4e, 0x47, 1, 2, 3, 4, 5, 6, 7, 8]), WRITTEN],
  ['the file was written, where the block is torn', camera('2025:05:01 08:30:00').slice(0, 60), WRITTEN],
])('a picture was taken when %s', async (_, bytes, expected) => {
  expect(await takenAt(file(bytes))).toBe(expected)
})
