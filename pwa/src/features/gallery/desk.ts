/** What the server tells about an inspection's photos and takes from whoever looks. The shapes of `/inspections/<id>/photos` and `/photos`. */
import type { Words } from '../../core/checklist'
import type { InspectionMeta } from '../../store/inspections'
import { ApiProblem } from '../../store/failures'
import { api } from '../../sync/api'
import { API, refusal } from '../../sync/http'
import { early, galleryPath } from '../shared/early'

export interface Flag { code: string; text: Words }
/** A photo elsewhere that shows the same: `bits` of 64 differ, none where it is the very same file. */
export interface Twin { photo: string; inspection: string; site: Words; visit_on: string; bits: number; same: boolean }
/** In ten-thousandths of the upright picture. */
export interface Box { x: number; y: number; w: number; h: number; kind: 'face' | 'number' | 'other' }

export interface Photo {
  id: string
  state: 'announced' | 'verified' | 'unannounced' | 'mismatch'
  kind: string | null
  /** asks for a reason before it is shown */
  private: boolean
  indicator: string | null
  note: string | null
  sha256: string
  size: number
  width: number | null
  height: number | null
  taken_at: string | null
  received_at: string | null
  source: string | null
  /** whether there is a picture to show */
  shown: boolean
  erased: { at: string; why: string } | null
  covered: { boxes: Box[]; by: string; at: string } | null
  lookalikes: Twin[]
  flags: Flag[]
  /** the small picture in base64, where it came with the list */
  picture?: string
}

export interface Gallery {
  inspection: InspectionMeta
  rows: { id: string; title: Words }[]
  photos: Photo[]
  may: { badge: boolean; original: boolean; redact: boolean; proof: boolean }
}

/** With the small pictures of the first screen: a slow line carries one answer sooner than a dozen. */
export function look(id: string, signal?: AbortSignal): Promise<Gallery> {
  const path = galleryPath(id)
  const fetch = early(path)
  return api(path, { ...(signal && { signal }), ...(fetch && { fetch }) })
}
export const cover = (photo: string, boxes: Box[]): Promise<unknown> => api(`/photos/${photo}/redaction`, { method: 'PUT', body: { boxes } })
export const thumb = (photo: Photo): string => (photo.picture ? `data:image/jpeg;base64,${photo.picture}` : `${API}/photos/${photo.id}/thumb`)
export const proofPath = (id: string): string => `${API}/inspections/${id}/proof`

/** A file of ours, with the reason for looking where one is given. Throws ApiProblem in the server's own words. */
export async function file(path: string, why: string | undefined, signal?: AbortSignal): Promise<Blob> {
  let response: Response
  try {
    response = await fetch(path, {
      credentials: 'same-origin', redirect: 'error', ...(signal && { signal }),
      // A header is ASCII; a private picture is asked for anew each time, because each view is written down.
      ...(why !== undefined && { headers: { 'Mingcha-Reason': encodeURIComponent(why) }, cache: 'no-store' as const }),
    })
  } catch (failure) {
    throw new ApiProblem('phone.offline', { why: String(failure) })
  }
  if (response.ok && !response.headers.get('Content-Type')?.startsWith('text/html')) return response.blob()
  throw refusal(response, await response.json().catch(() => undefined))
}

export const picture = (photo: string, why: string | undefined, signal?: AbortSignal): Promise<Blob> => file(`${API}/photos/${photo}/large`, why, signal)
export const original = (photo: string, why: string): Promise<Blob> => file(`${API}/photos/${photo}/original`, why)
