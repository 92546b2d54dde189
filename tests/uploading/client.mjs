/**
 * Phones that upload by tus-js-client: two photos at a time, the small ones first, in chunks as the app sends them.
 *
 * Reads `{endpoint, phones: [{cookie, photos: [{path, photo, inspection, sha256, size}]}]}` from stdin; prints one line of
 * JSON for each photo: `{photo, verified, lives}`. A life ends when the client gives up; the next knows only the address.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { setTimeout as sleep } from 'node:timers/promises'

const require = createRequire(new URL('../../pwa/package.json', import.meta.url))
const { Upload } = require('tus-js-client')

const AT_ONCE = 2
const CHUNK_BYTES = 512 * 1024
const MOST_LIVES = 200

const { endpoint, phones } = JSON.parse(readFileSync(0, 'utf-8'))

await Promise.all(phones.map(async ({ cookie, photos }) => {
  const queue = [...photos].sort((a, b) => a.size - b.size)
  const work = async () => {
    for (let photo = queue.shift(); photo; photo = queue.shift()) await send(photo, cookie)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
}))

async function send(photo, cookie) {
  const bytes = readFileSync(photo.path)
  let url = null
  for (let life = 1; life <= MOST_LIVES; life++) {
    try {
      const verified = await attempt(photo, bytes, cookie, url, (known) => { url = known })
      console.log(JSON.stringify({ photo: photo.photo, verified, lives: life }))
      return
    } catch (failure) {
      const status = failure.originalResponse?.getStatus()
      if (status === 404 || status === 410) url = null
      if (life === MOST_LIVES) throw failure
      await sleep(200 + 400 * Math.random())
    }
  }
}

function attempt({ photo, inspection, sha256 }, bytes, cookie, uploadUrl, onUrl) {
  return new Promise((resolve, reject) => {
    const upload = new Upload(bytes, {
      endpoint,
      uploadUrl,
      chunkSize: CHUNK_BYTES,
      // As in the app: a large photo is created first, so that a cut never takes its first chunk.
      uploadDataDuringCreation: bytes.length <= CHUNK_BYTES,
      storeFingerprintForResuming: false,
      retryDelays: [150, 400, 1000],
      headers: { Cookie: cookie, 'X-Mingcha': '1' },
      metadata: { photo, inspection, sha256 },
      onUploadUrlAvailable: () => onUrl(upload.url),
      onSuccess: ({ lastResponse }) => resolve(lastResponse.getHeader('Mingcha-Verified') ?? null),
      onError: reject,
    })
    upload.start()
  })
}
