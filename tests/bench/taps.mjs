// Bundles taps.ts with the phone's engine and runs it: node tests/bench/taps.mjs < question
import { createRequire } from 'node:module'
import { mkdtemp, writeFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const here = fileURLToPath(new URL('.', import.meta.url))
const vite = createRequire(join(here, '../../pwa/package.json')).resolve('vite')
const { rolldown } = createRequire(vite)('rolldown')
const bundle = await rolldown({ input: join(here, 'taps.ts'), platform: 'node', logLevel: 'silent' })
const { output } = await bundle.generate({ format: 'esm' })
await bundle.close()
const folder = await mkdtemp(join(tmpdir(), 'taps-'))
const file = join(folder, 'taps.mjs')
await writeFile(file, output[0].code)
await import(pathToFileURL(file).href)
await rm(folder, { recursive: true })
