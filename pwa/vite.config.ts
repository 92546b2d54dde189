import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'
import { compressed } from './build/compressed'
import { worker } from './build/worker'

/** The server of `make dev`. */
const SERVER = process.env['MINGCHA_DEV_SERVER'] ?? 'http://127.0.0.1:8000'

export default defineConfig({
  plugins: [vue(), worker({ source: 'src/sw/worker.ts', file: 'sw.js' }), compressed()],
  build: {
    target: ['chrome90', 'safari15', 'firefox100'],
    // A phone fetches one script and one style first; the rest when it is asked for.
    modulePreload: { polyfill: false },
    cssCodeSplit: false,
    assetsInlineLimit: 2048,
    reportCompressedSize: false,
  },
  define: { __VUE_OPTIONS_API__: 'false', __VUE_PROD_DEVTOOLS__: 'false', __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false' },
  server: { port: 5173, proxy: { '/api': { target: SERVER, changeOrigin: false } } },
})
