/**
 * Builds the service worker after the app: one classic script at the root, with the list of every file of the app in it.
 * (vite-plugin-pwa does this and more; this is the part that we use.)
 */

import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build, type Plugin, type ResolvedConfig } from 'vite'
import { getManifest } from 'workbox-build'

const PLACE = 'self.__WB_MANIFEST'

export function worker({ source, file }: { source: string; file: string }): Plugin {
  let config: ResolvedConfig
  return {
    name: 'mingcha-worker',
    apply: 'build',
    configResolved(resolved) {
      config = resolved
    },
    async closeBundle() {
      const dist = join(config.root, config.build.outDir)
      await bundle(config, source, file)
      const { manifestEntries, warnings } = await getManifest({
        globDirectory: dist,
        globPatterns: ['**/*.{html,js,css,json,webmanifest,svg,png,woff2}'],
        globIgnores: [file, 'ahead.json', '**/*.map'],
        // Hashed names need no revision.
        dontCacheBustURLsMatching: /^assets\//,
      })
      for (const warning of warnings) this.warn(warning)
      const path = join(dist, file)
      const script = await readFile(path, 'utf8')
      const parts = script.split(PLACE)
      if (parts.length !== 2) throw new Error(`${PLACE} must stand once in ${file}, found ${parts.length - 1}`)
      await writeFile(path, parts.join(JSON.stringify(manifestEntries)))
    },
  }
}

async function bundle(config: ResolvedConfig, source: string, file: string): Promise<void> {
  await build({
    root: config.root,
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    resolve: { alias: config.resolve.alias },
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      target: config.build.target,
      outDir: config.build.outDir,
      emptyOutDir: false,
      reportCompressedSize: false,
      lib: { entry: source, formats: ['iife'], name: 'mingchaWorker', fileName: () => file },
    },
  })
}
