import { expect, test } from 'vitest'
import { pieces } from './difference'

const marked = (found: ReturnType<typeof pieces>) => found.map((side) => side.map((piece) => (piece.changed ? `[${piece.text}]` : piece.text)).join(''))

test.each([
  ['每处扣0.5分', '每处扣1分', '每处扣[0.5]分', '每处扣[1]分'],
  ['工作牌', '工作牌和胸卡', '工作牌', '工作牌[和胸卡]'],
  ['完全两样', 'something else', '[完全两样]', '[something else]'],
  ['0.5', '0.25', '[0.5]', '[0.25]'],
  ['aa', 'aaa', 'aa', 'aa[a]'],
  ['', 'new', '', '[new]'],
])('%s and %s differ where they differ', (one, other, left, right) => { expect(marked(pieces(one, other))).toEqual([left, right]) })
