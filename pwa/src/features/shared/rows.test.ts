import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Checklist, Indicator } from '../../core/checklist'
import { initials } from './initials'
import { nextOpen, search, walked } from './rows'

const row = (id: string, zh: string, en = zh): Indicator => ({ id, title: { zh, en }, text: { zh: `${zh}。`, en }, source_text: zh, method: ['on_site'], place: 'hall', aspect: 'items', evidence: [], measures: [], notes: [] })
const rows = [row('1.2', '标志标准', 'Signs'), row('3.1', '办件量排名', 'Case volume'), row('3.7', '打印送达回证', 'Receipts'), row('3.10', '无否决权登记', 'No veto')]

test.each([['3.1', ['3.1', '3.10']], ['310', ['3.10']], ['dysd', ['3.7']], ['sdh', ['3.7']], ["s'd'h", ['3.7']], ['回证', ['3.7']], ['sign', ['1.2']], ['zzz', []]])(
  'typing %s finds %s', (typed, found) => {
    expect(search(rows, typed).map(({ id }) => id)).toEqual(found)
  })

test('the next open row comes after this one, then from the top', () => {
  const result = { open: ['1.2', '3.7'] } as never
  expect(nextOpen(rows, result, '3.1')?.id).toBe('3.7')
  expect(nextOpen(rows, result, '3.7')?.id).toBe('1.2')
})

test('the way through the rows is the chosen one, and the next open row lies on it', () => {
  const placed = rows.map((one, at) => ({ ...one, place: (['files', 'outside', 'hall', 'outside'] as const)[at]! }))
  const checklist = { categories: [{ id: '1', title: { zh: '', en: '' }, groups: [{ id: '1.0', title: null, indicators: placed }] }] } as unknown as Checklist
  const ids = (found: Indicator[]) => found.map(({ id }) => id)

  expect(ids(walked(checklist, 'source'))).toEqual(['1.2', '3.1', '3.7', '3.10'])
  expect(ids(walked(checklist, 'walk'))).toEqual(['3.1', '3.10', '3.7', '1.2'])
  expect(nextOpen(walked(checklist, 'walk'), { open: ['1.2', '3.7'] } as never, '3.10')?.id).toBe('3.7')
})

test.each(['ningbo-58/2022.1', 'county-grading/2022.1'])('every row of %s is among the first eight found after at most three typed letters or figures', (name) => {
  const file = readFileSync(join(import.meta.dirname, '../../../../checklists', `${name}.yaml`), 'utf8')
  const all = [...file.matchAll(/^ {10}- id: "?([\d.]+)"?\n\s+title:\s*\{\s*zh: "?([^,"]+)"?/gm)].map(([, id, zh]) => row(id!, zh!.trim()))
  expect(all.length).toBe(name.startsWith('ningbo') ? 58 : 37)
  for (const one of all) {
    const letters = [...one.title.zh].map(initials).filter(Boolean).map((each) => each[0]!)
    const tries = [one.id, one.id.replaceAll('.', ''), ...letters.map((_, at) => letters.slice(at, at + 3).join(''))].filter((typed) => typed.length <= 3)
    expect(tries.some((typed) => search(all, typed).slice(0, 8).includes(one)), one.id).toBe(true)
  }
})
