export interface Picture {
  bytes: ArrayBuffer
  width: number
  height: number
}
export interface Camera {
  torch: boolean
  zoom: { min: number; max: number; step: number } | null
  setTorch(on: boolean): Promise<void>
  setZoom(factor: number): Promise<void>
  close(): void
}
export declare function openCamera(video: HTMLVideoElement): Promise<Camera>
export declare function grab(video: HTMLVideoElement): Promise<Blob>
export declare function compress(source: Blob, watermark: string[], longEdge?: number): Promise<Picture>
