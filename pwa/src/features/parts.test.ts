import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const SOURCE = join(import.meta.dirname, '..')
const BUILT_IN = new Set(['Transition', 'TransitionGroup', 'Teleport', 'KeepAlive', 'Suspense'])
const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.vue'))

/** A part that is not imported is no fault to Vue: the browser gets an unknown element, and people get nothing. */
test.each(files)('%s imports every part that it shows', (file) => {
  const text = readFileSync(join(SOURCE, file), 'utf8')
  const [script, template] = [/<script setup[^>]*>([\s\S]*?)<\/script>/.exec(text)?.[1] ?? '', text.slice(text.indexOf('<template'), text.lastIndexOf('</template>'))]
  const shown = new Set([...template.matchAll(/<([A-Z]\w*)/g)].map((found) => found[1]!))
  const own = file.split('/').at(-1)!.replace('.vue', '')
  const missing = [...shown].filter((name) => !BUILT_IN.has(name) && name !== own && !new RegExp(`\\b(import|const|,|\\{)\\s*${name}\\b`).test(script))
  expect(missing).toEqual([])
})
