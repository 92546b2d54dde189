/**
 * The phone's camera, and pictures made small enough to send: long edge 2048, with the words of the visit burned in. The
 * watermark helps readers and proves nothing; the proof is the hash of these exact bytes, taken when they are kept.
 *
 * A picture is held once: a frame or a file is drawn straight into the canvas that becomes the JPEG.
 */

export interface Picture {
  /** JPEG */
  bytes: ArrayBuffer
  /** A small JPEG of the same, for lists: sixty large ones at once are more than a phone has room for. */
  thumb: ArrayBuffer
  width: number
  height: number
}

/** A picture before it is developed: whoever has it closes it. */
export interface Raw {
  source: CanvasImageSource
  width: number
  height: number
  close(): void
}

/** Something drawn into the picture before its hash is fixed. */
export type Burn = (brush: CanvasRenderingContext2D, width: number, height: number) => void

export interface Camera {
  /** Whether there is a light to switch on. */
  readonly torch: boolean
  /** `now`: where the lens stands, which is not always the least. */
  readonly zoom: { min: number; max: number; step: number; now: number } | null
  setTorch(on: boolean): Promise<void>
  setZoom(factor: number): Promise<void>
  close(): void
}

/** Why there is no picture: the screen has words for each. */
export class CameraProblem extends Error {
  constructor(readonly code: 'camera.refused' | 'camera.none' | 'camera.busy' | 'camera.unsupported' | 'picture.unreadable') {
    super(code)
  }
}

interface Abilities extends MediaTrackCapabilities {
  torch?: boolean
  zoom?: { min: number; max: number; step: number }
}

const QUALITY = 0.82
const LONG_EDGE = 2048
const THUMB_EDGE = 256

/**
 * Shows the back camera in `video`. `changed` hears when a call or another app takes the camera away, and when it is back.
 * Throws CameraProblem.
 */
export async function openCamera(video: HTMLVideoElement, changed: (is: 'lost' | 'back') => void): Promise<Camera> {
  const devices = navigator.mediaDevices as MediaDevices | undefined
  if (!devices?.getUserMedia) throw new CameraProblem('camera.unsupported')
  let stream: MediaStream
  try {
    // No larger than what is kept: a camera holds a dozen frames at a time.
    const wanted = { facingMode: { ideal: 'environment' }, width: { ideal: LONG_EDGE }, height: { ideal: LONG_EDGE * 0.75 } }
    stream = await devices.getUserMedia({ video: wanted, audio: false })
  } catch (failure) {
    throw cameraProblem(failure)
  }
  const track = stream.getVideoTracks()[0]
  track?.addEventListener('ended', () => changed('lost'))
  track?.addEventListener('mute', () => changed('lost'))
  track?.addEventListener('unmute', () => changed('back'))
  video.srcObject = stream
  video.muted = true
  video.playsInline = true
  await video.play().catch(() => undefined)
  return cameraOf(stream, video)
}

function cameraOf(stream: MediaStream, video: HTMLVideoElement): Camera {
  const track = stream.getVideoTracks()[0]
  const can = (track?.getCapabilities?.() ?? {}) as Abilities
  const apply = async (wish: Record<string, unknown>): Promise<void> => {
    await track?.applyConstraints({ advanced: [wish as MediaTrackConstraintSet] }).catch(() => undefined)
  }
  return {
    torch: can.torch === true,
    zoom: can.zoom && can.zoom.max > can.zoom.min ? { min: can.zoom.min, max: can.zoom.max, step: can.zoom.step || 0.1, now: (track?.getSettings() as { zoom?: number }).zoom ?? can.zoom.min } : null,
    setTorch: (on) => apply({ torch: on }),
    setZoom: (factor) => apply({ zoom: factor }),
    close() {
      for (const each of stream.getTracks()) each.stop()
      if (video.srcObject === stream) video.srcObject = null
    },
  }
}

function cameraProblem(failure: unknown): CameraProblem {
  const name = (failure as { name?: string } | undefined)?.name
  if (name === 'NotAllowedError' || name === 'SecurityError') return new CameraProblem('camera.refused')
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return new CameraProblem('camera.none')
  return new CameraProblem('camera.busy')
}

/** What the camera shows now. Throws CameraProblem before its first frame. */
export function frame(video: HTMLVideoElement): Raw {
  if (!video.videoWidth) throw new CameraProblem('camera.busy')
  const [width, height] = fitted(video.videoWidth, video.videoHeight, LONG_EDGE)
  const { canvas, brush } = canvasOf(width, height)
  brush.drawImage(video, 0, 0, width, height)
  return { source: canvas, width, height, close: () => release(canvas) }
}

/** A file of the system camera or the gallery, upright. Throws CameraProblem for what is no picture. */
export async function decoded(file: Blob): Promise<Raw> {
  try {
    const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' })
    return { source: bitmap, width: bitmap.width, height: bitmap.height, close: () => bitmap.close() }
  } catch {
    return decodedByElement(file)
  }
}

/** Older WebKit cannot turn every camera file into a bitmap, but shows it in an <img>. */
async function decodedByElement(file: Blob): Promise<Raw> {
  const url = URL.createObjectURL(file)
  const image = new Image()
  image.src = url
  try {
    await image.decode()
  } catch {
    URL.revokeObjectURL(url)
    throw new CameraProblem('picture.unreadable')
  }
  return { source: image, width: image.naturalWidth, height: image.naturalHeight, close: () => URL.revokeObjectURL(url) }
}

/** The bytes that will be hashed: small enough, with everything burned in. Closes `raw`. */
export async function develop(raw: Raw, burns: Burn[]): Promise<Picture> {
  const [width, height] = fitted(raw.width, raw.height, LONG_EDGE)
  const { canvas, brush } = canvasOf(width, height)
  try {
    brush.drawImage(raw.source, 0, 0, width, height)
    raw.close()
    for (const burn of burns) burn(brush, width, height)
    const [bytes, thumb] = [await jpeg(canvas, QUALITY), await small(canvas)]
    return { bytes, thumb, width, height }
  } finally {
    release(canvas)
  }
}

async function small(picture: HTMLCanvasElement): Promise<ArrayBuffer> {
  const { canvas, brush } = canvasOf(...fitted(picture.width, picture.height, THUMB_EDGE))
  brush.drawImage(picture, 0, 0, canvas.width, canvas.height)
  try {
    return await jpeg(canvas, 0.7)
  } finally {
    release(canvas)
  }
}

/** White words on a dark band at the lower left, readable on any ground and small enough to leave the picture. */
export const watermark = (lines: string[]): Burn => (brush, width, height) => {
  if (!lines.length) return
  const size = Math.max(12, Math.round(Math.max(width, height) / 64))
  const leading = Math.round(size * 1.4)
  const margin = Math.round(size * 0.6)
  const top = height - leading * lines.length - margin * 2
  brush.fillStyle = 'rgba(0, 0, 0, 0.45)'
  brush.fillRect(0, top, width, height - top)
  brush.fillStyle = '#fff'
  brush.font = `${size}px ${FACE}`
  brush.textBaseline = 'top'
  lines.forEach((line, i) => brush.fillText(line, margin, top + margin + i * leading, width - margin * 2))
}

export const FACE = 'system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif'

export function fitted(width: number, height: number, longEdge: number): [number, number] {
  const shrink = Math.min(1, longEdge / Math.max(width, height))
  return [Math.max(1, Math.round(width * shrink)), Math.max(1, Math.round(height * shrink))]
}

export function canvasOf(width: number, height: number): { canvas: HTMLCanvasElement; brush: CanvasRenderingContext2D } {
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  const brush = canvas.getContext('2d')
  if (!brush) throw new CameraProblem('camera.busy')
  return { canvas, brush }
}

/** Gives the pixels back at once: phones hold few large canvases. */
function release(canvas: HTMLCanvasElement): void {
  canvas.width = canvas.height = 0
}

function jpeg(canvas: HTMLCanvasElement, quality: number): Promise<ArrayBuffer> {
  return new Promise<Blob>((resolve, reject) => {
    const done = (blob: Blob | null) => (blob ? resolve(blob) : reject(new CameraProblem('picture.unreadable')))
    canvas.toBlob(done, 'image/jpeg', quality)
  }).then((blob) => blob.arrayBuffer())
}
