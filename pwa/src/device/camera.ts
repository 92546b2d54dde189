/**
 * The phone's camera, and pictures made small enough to send: long edge 2048, with the words of the visit burned in. The
 * watermark helps readers and proves nothing; the proof is the hash of these exact bytes, taken when they are kept.
 */

export interface Picture {
  /** JPEG */
  bytes: ArrayBuffer
  width: number
  height: number
}

export interface Camera {
  /** Whether there is a light to switch on. */
  readonly torch: boolean
  readonly zoom: { min: number; max: number; step: number } | null
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

/** Shows the back camera in `video`. Throws CameraProblem. */
export async function openCamera(video: HTMLVideoElement): Promise<Camera> {
  const devices = navigator.mediaDevices as MediaDevices | undefined
  if (!devices?.getUserMedia) throw new CameraProblem('camera.unsupported')
  let stream: MediaStream
  try {
    const wanted = { facingMode: { ideal: 'environment' }, width: { ideal: 2560 }, height: { ideal: 1920 } }
    stream = await devices.getUserMedia({ video: wanted, audio: false })
  } catch (failure) {
    throw cameraProblem(failure)
  }
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
    zoom: can.zoom && can.zoom.max > can.zoom.min ? { min: can.zoom.min, max: can.zoom.max, step: can.zoom.step || 0.1 } : null,
    setTorch: (on) => apply({ torch: on }),
    setZoom: (factor) => apply({ zoom: factor }),
    close() {
      for (const each of stream.getTracks()) each.stop()
      video.srcObject = null
    },
  }
}

function cameraProblem(failure: unknown): CameraProblem {
  const name = (failure as { name?: string } | undefined)?.name
  if (name === 'NotAllowedError' || name === 'SecurityError') return new CameraProblem('camera.refused')
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return new CameraProblem('camera.none')
  return new CameraProblem('camera.busy')
}

/** The frame that is on the screen now, at the camera's own size. */
export async function grab(video: HTMLVideoElement): Promise<Blob> {
  if (!video.videoWidth) throw new CameraProblem('camera.busy')
  const { canvas, brush } = canvasOf(video.videoWidth, video.videoHeight)
  brush.drawImage(video, 0, 0)
  return jpeg(canvas, 0.95)
}

/** Upright, at most `longEdge` pixels long, with `watermark` lines at the lower left. Throws CameraProblem for what is no picture. */
export async function compress(source: Blob, watermark: string[], longEdge: number = 2048): Promise<Picture> {
  const picture = await decode(source)
  const shrink = Math.min(1, longEdge / Math.max(picture.width, picture.height))
  const width = Math.max(1, Math.round(picture.width * shrink))
  const height = Math.max(1, Math.round(picture.height * shrink))
  const { canvas, brush } = canvasOf(width, height)
  brush.drawImage(picture.source, 0, 0, width, height)
  picture.close()
  burnIn(brush, watermark, width, height)
  const blob = await jpeg(canvas, QUALITY)
  // Gives the pixels back at once: phones hold few large canvases.
  canvas.width = canvas.height = 0
  return { bytes: await blob.arrayBuffer(), width, height }
}

async function decode(source: Blob): Promise<{ source: CanvasImageSource; width: number; height: number; close(): void }> {
  try {
    const bitmap = await createImageBitmap(source, { imageOrientation: 'from-image' })
    return { source: bitmap, width: bitmap.width, height: bitmap.height, close: () => bitmap.close() }
  } catch {
    return decodeByElement(source)
  }
}

/** Older WebKit cannot turn every camera file into a bitmap, but shows it in an <img>. */
async function decodeByElement(source: Blob): Promise<{ source: CanvasImageSource; width: number; height: number; close(): void }> {
  const url = URL.createObjectURL(source)
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

/** White words on a dark band, readable on any ground and small enough to leave the picture. */
function burnIn(brush: CanvasRenderingContext2D, lines: string[], width: number, height: number): void {
  if (!lines.length) return
  const size = Math.max(12, Math.round(Math.max(width, height) / 64))
  const leading = Math.round(size * 1.4)
  const margin = Math.round(size * 0.6)
  const top = height - leading * lines.length - margin * 2
  brush.fillStyle = 'rgba(0, 0, 0, 0.45)'
  brush.fillRect(0, top, width, height - top)
  brush.fillStyle = '#fff'
  brush.font = `${size}px system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif`
  brush.textBaseline = 'top'
  lines.forEach((line, i) => brush.fillText(line, margin, top + margin + i * leading, width - margin * 2))
}

function canvasOf(width: number, height: number): { canvas: HTMLCanvasElement; brush: CanvasRenderingContext2D } {
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  const brush = canvas.getContext('2d')
  if (!brush) throw new CameraProblem('camera.busy')
  return { canvas, brush }
}

function jpeg(canvas: HTMLCanvasElement, quality: number): Promise<Blob> {
  return new Promise((resolve, reject) => {
    const done = (blob: Blob | null) => (blob ? resolve(blob) : reject(new CameraProblem('picture.unreadable')))
    canvas.toBlob(done, 'image/jpeg', quality)
  })
}
