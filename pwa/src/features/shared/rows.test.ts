import { expect, test } from 'vitest'
import type { Indicator } from '../../core/checklist'
import { nextOpen, search } from './rows'

const row = (id: string, zh: string, en = zh): Indicator => ({ id, title: { zh, en }, text: { zh: `${zh}。`, en }, source_text: zh, method: ['on_site'], place: 'hall', aspect: 'items', evidence: [], measures: [], notes: [] })
const rows = [row('1.2', '标志标准', 'Signs'), row('3.1', '办件量排名', 'Case volume'), row('3.7', '打印送达回证', 'Receipts'), row('3.10', '无否决权登记', 'No veto')]

test.each([['3.1', ['3.1', '3.10']], ['310', ['3.10']], ['dysd', ['3.7']], ['sdh', ['3.7']], ['回证', ['3.7']], ['sign', ['1.2']], ['zzz', []]])(
  'typing %s finds %s', (typed, found) => {
    expect(search(rows, typed).map(({ id }) => id)).toEqual(found)
  })

test('the next open row comes after this one, then from the top', () => {
  const result = { open: ['1.2', '3.7'] } as never
  expect(nextOpen(rows, result, '3.1')?.id).toBe('3.7')
  expect(nextOpen(rows, result, '3.7')?.id).toBe('1.2')
})
