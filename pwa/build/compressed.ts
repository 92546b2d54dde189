/** Puts a .br and a .gz beside every text file of the build, so that the server never compresses. Runs last. */

import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { Plugin, ResolvedConfig } from 'vite'

const TEXT = /\.(html|js|css|json|webmanifest|svg|txt|map)$/
/** Below this a compressed copy saves no packet. */
const WORTH_BYTES = 256

const br = promisify(brotliCompress)
const gz = promisify(gzip)

export function compressed(): Plugin {
  let config: ResolvedConfig
  return {
    name: 'mingcha-compressed',
    apply: 'build',
    enforce: 'post',
    configResolved(resolved) {
      config = resolved
    },
    closeBundle: {
      order: 'post',
      sequential: true,
      handler: () => compressAll(join(config.root, config.build.outDir)),
    },
  }
}

async function compressAll(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (!entry.isFile() || !TEXT.test(entry.name)) continue
    const bytes = await readFile(path)
    if (bytes.length < WORTH_BYTES) continue
    const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }
    await writeFile(`${path}.br`, await br(bytes, quality))
    await writeFile(`${path}.gz`, await gz(bytes, { level: 9 }))
  }
}
