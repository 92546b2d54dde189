import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { fill, marks, span } from './index'

type Dictionary = Record<string, string>
const source = join(import.meta.dirname, '..')
const words = (file: string): Dictionary => JSON.parse(readFileSync(join(import.meta.dirname, file), 'utf8')) as Dictionary
/** `words.zh.json` and each `words.<part>.zh.json` beside it. */
const BOOKS = readdirSync(import.meta.dirname).filter((file) => /^words\..*zh\.json$/.test(file))
const screens = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((file) => /^(features|ui|App|i18n)/.test(file) && /\.(vue|ts)$/.test(file) && !file.endsWith('.test.ts'))
  .map((file) => readFileSync(join(source, file), 'utf8')).join('\n')

describe.each(BOOKS)('%s', (file) => {
  const [zh, en, notes] = ['zh', 'en', 'notes'].map((which) => words(file.replace('zh.json', `${which}.json`))) as [Dictionary, Dictionary, Dictionary]

  test('every word is there in both languages, and none is empty', () => {
    expect(Object.keys(en).sort()).toEqual(Object.keys(zh).sort())
    for (const [key, word] of [...Object.entries(zh), ...Object.entries(en)]) expect(word.trim(), key).not.toBe('')
  })

  test('both languages fill in the same names', () => {
    const names = (text: string) => [...new Set([...text.matchAll(/\{(\w+)/g)].map((found) => found[1]))].sort()
    for (const key of Object.keys(zh)) expect(names(en[key]!), key).toEqual(names(zh[key]!))
  })

  test('every word has a note for the translator', () => {
    for (const key of Object.keys(zh)) expect(key in notes || `${key.split('.')[0]}.*` in notes, key).toBe(true)
  })

  test('no word is left that no screen says', () => {
    const families = [...screens.matchAll(/`([a-z_]+)\.\$\{/g)].map((found) => `${found[1]}.`)
    const unsaid = Object.keys(zh).filter((key) => !screens.includes(`'${key}'`) && !families.some((family) => key.startsWith(family)) && !key.endsWith('_not'))
    expect(unsaid).toEqual([])
  })
})

test.each([['{n|row|rows}', 1, 'row'], ['{n} {n|row|rows}', 3, '3 rows']])('%s for %i is %s', (pattern, n, text) => { expect(fill(pattern, { n })).toBe(text) })

test.each([['92.30', '92.3'], ['100', '100'], ['-0.50', '−0.5'], ['0.00', '0']])('marks %s are written %s', (figure, text) => { expect(marks(figure)).toBe(text) })

test('a range is written with a dash, a single figure without', () => {
  expect(span('91.7', '92.3')).toBe('91.7–92.3')
  expect(span('92.0', '92.0')).toBe('92')
})
