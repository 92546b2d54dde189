/**
 * Reads a QR code from pictures: the browser's own reader where it has one, else jsQR on the pixels. Knows nothing of what
 * a code says.
 */

/** Frames are read at this size: enough for a dense code at arm's length, quick on a cheap phone. */
const LONG_EDGE = 900

interface Detector {
  detect(source: CanvasImageSource): Promise<{ rawValue: string }[]>
}

/** The text of the code in this picture; null where there is none. */
export type ReadCode = (source: CanvasImageSource, width: number, height: number) => Promise<string | null>

export async function codeReader(): Promise<ReadCode> {
  const own = await browsersOwn()
  const { default: jsQR } = own ? { default: undefined } : await import('jsqr')
  const canvas = document.createElement('canvas')
  const brush = canvas.getContext('2d', { willReadFrequently: true })
  return async (source, width, height) => {
    if (!brush || !width || !height) return null
    const shrink = Math.min(1, LONG_EDGE / Math.max(width, height))
    canvas.width = Math.round(width * shrink)
    canvas.height = Math.round(height * shrink)
    brush.drawImage(source, 0, 0, canvas.width, canvas.height)
    if (own) return (await own.detect(canvas).catch(() => []))[0]?.rawValue ?? null
    const { data } = brush.getImageData(0, 0, canvas.width, canvas.height)
    return jsQR!(data, canvas.width, canvas.height)?.data || null
  }
}

async function browsersOwn(): Promise<Detector | undefined> {
  const Own = (globalThis as { BarcodeDetector?: { new (options: object): Detector; getSupportedFormats(): Promise<string[]> } }).BarcodeDetector
  const formats = (await Own?.getSupportedFormats().catch(() => [])) ?? []
  return Own && formats.includes('qr_code') ? new Own({ formats: ['qr_code'] }) : undefined
}
