/** One photo by tus 1.0: created with its first bytes, resumed after any break, and what the server proved to hold. */

import { Upload as TusUpload, type DetailedError } from 'tus-js-client'
import { FetchStack } from './fetchStack'
import { ApiProblem, type Fetch } from './http'
import type { Upload, Uploaded } from './transport'

/** A photo of usual size is one request; of a larger one a break loses only what the server has not written down yet. */
const CHUNK_BYTES = 512 * 1024

/** Throws ApiProblem. Tries once: trying again is the engine's affair. */
export function upload({ photo, bytes, user, onUrl }: Upload, endpoint: string, fetcher: Fetch): Promise<Uploaded> {
  return new Promise((resolve, reject) => {
    const sending: TusUpload = new TusUpload(new Blob([bytes]), {
      endpoint,
      httpStack: new FetchStack(fetcher),
      // A large one is created first: then its address is known before the first byte is at risk.
      uploadDataDuringCreation: bytes.byteLength <= CHUNK_BYTES,
      chunkSize: CHUNK_BYTES,
      headers: { 'X-Mingcha': '1', 'X-Mingcha-User': user },
      metadata: { photo: photo.id, inspection: photo.inspection, sha256: photo.sha256 ?? '', ...(photo.item !== undefined && { item: photo.item }) },
      uploadUrl: photo.upload_url ?? null,
      // Where to resume is kept beside the photo, not in localStorage.
      storeFingerprintForResuming: false,
      retryDelays: [],
      onUploadUrlAvailable: () => void (sending.url && onUrl(sending.url).catch(reject)),
      onSuccess: ({ lastResponse }) => resolve({ verified: lastResponse.getHeader('Mingcha-Verified') ?? null }),
      onError: (failure) => reject(problemOf(failure)),
    })
    sending.start()
  })
}

function problemOf(failure: Error | DetailedError): ApiProblem {
  const cause = 'causingError' in failure ? failure.causingError : undefined
  if (cause instanceof ApiProblem) return cause
  if (failure instanceof ApiProblem) return failure
  return new ApiProblem('phone.offline', { why: failure.message })
}
