import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  plugins: [vue()],
  resolve: {
    // As phones run them: node would take other builds.
    alias: {
      'tus-js-client': here('node_modules/tus-js-client/lib.esm/browser/index.js'),
    },
  },
  test: {
    include: ['src/**/*.test.ts'],
    environment: 'node',
    setupFiles: ['testing/setup.ts'],
    // Two cores are shared with the server's tests.
    maxWorkers: 2,
    testTimeout: 20_000,
  },
})
