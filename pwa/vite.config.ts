import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'
import { compressed } from './build/compressed.ts'
import { preloaded } from './build/preloaded.ts'
import { whole } from './build/whole.ts'
import { worker } from './build/worker.ts'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** The server of `make dev`. */
const SERVER = process.env['MINGCHA_DEV_SERVER'] ?? 'http://127.0.0.1:8000'

/**
 * What is wanted together comes in one file, with all that it imports: each further request costs a slow line more than the
 * bytes do. The first screen; the engine, right after it; a visit with its rows and the score.
 */
const TOGETHER = [
  { name: 'first', test: (id: string) => id === here('src/main.ts'), priority: 3 },
  { name: 'sync', test: /\/src\/sync\/(?!upload|fetchStack|history|feedback)[^/]+\.ts$/, priority: 2 },
  { name: 'visit', test: /\/src\/features\/(visits\.ts|visit\/|indicator\/)(?!later\/)/, priority: 1 },
]

export default defineConfig({
  plugins: [vue(), whole(), preloaded(['sync'], { '/visit/': 'visit', '/gallery/': 'Gallery' }), worker({ source: 'src/sw/worker.ts', file: 'sw.js' }), compressed()],
  build: {
    target: ['chrome90', 'safari15', 'firefox100'],
    modulePreload: { polyfill: false },
    assetsInlineLimit: 2048,
    reportCompressedSize: false,
    rolldownOptions: { output: { codeSplitting: { groups: TOGETHER } } },
  },
  define: { __VUE_OPTIONS_API__: 'false', __VUE_PROD_DEVTOOLS__: 'false', __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false' },
  server: { port: 5173, proxy: { '/api': { target: SERVER, changeOrigin: false } } },
})
