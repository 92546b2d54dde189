import { expect, test } from 'vitest'
import { heldWords } from './held-words'

test.each([
  ['a report of a centre', { move: { kind: 'done', content: { words: '标牌已换新', photos: ['p'] } } }, { item: '大厅标牌缺失' }, '报告完成 · 大厅标牌缺失', '标牌已换新 · 1 张照片'],
  ['an acknowledgement', { move: { kind: 'acknowledge', content: {} } }, {}, '签收', '没有文字'],
  ['a visit', { visit: { id: 'x' } }, {}, '临时检查的开始', ''],
  ['a step', { target: 'visit/note', value: '停电' }, {}, '检查说明', '停电'],
])('%s that waits is told in words', (_, op, details, about, words) => {
  const said = heldWords({ op, details })
  expect(said.words).toBe(words)
  if (!('target' in op)) expect(said.about).toBe(about)
  else expect(said.about).not.toBe('')
})

test.each([[null], ['\\ud800'], [[]], [{ move: { kind: 'nonsense', content: {} } }], [{ target: 7 }]])('what nobody can read, %j, still stands in the list', (op) => {
  expect(() => heldWords({ op, details: {} })).not.toThrow()
})
