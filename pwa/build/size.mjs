/**
 * What a phone downloads at its first visit: index.html, what it names, and the sync engine, which every visit starts; two
 * questions to the server (who am I, what is new) count as requests. The worker fetches the rest later, in the background.
 * Prints each file and the totals; fails beyond the goal: 81 KB brotli, 8 requests.
 */

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

const DIST = new URL('../dist/', import.meta.url).pathname
const MOST_BYTES = 81 * 1000
const MOST_REQUESTS = 8

const html = readFileSync(join(DIST, 'index.html'), 'utf8')
const named = [...html.matchAll(/(?:src|href)="\/([^"#?]+)"/g)].map((match) => match[1])
const engine = readdirSync(join(DIST, 'assets')).filter((name) => /^sync-.*\.js$/.test(name)).map((name) => `assets/${name}`)
const first = [...new Set(['index.html', ...named, ...engine])].filter((name) => existsSync(join(DIST, name)))
const QUESTIONS = 2

const br = (name) => statSync(join(DIST, existsSync(join(DIST, `${name}.br`)) ? `${name}.br` : name)).size
const raw = (name) => statSync(join(DIST, name)).size
const show = (names) => {
  for (const name of names) console.log(`${String(br(name)).padStart(8)} br ${String(raw(name)).padStart(8)} raw  ${name}`)
}

const all = readdirSync(DIST, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && !/\.(br|gz)$/.test(entry.name))
  .map((entry) => join(entry.parentPath, entry.name).slice(DIST.length))
const later = all.filter((name) => !first.includes(name)).sort()

console.log('first load')
show(first)
console.log('later')
show(later)
const bytes = first.reduce((sum, name) => sum + br(name), 0)
const requests = first.length + QUESTIONS
console.log(`first load: ${bytes} bytes brotli in ${requests} requests (${QUESTIONS} of them questions to the server); goal ${MOST_BYTES} in ${MOST_REQUESTS}`)
if (bytes > MOST_BYTES || requests > MOST_REQUESTS) process.exit(1)
