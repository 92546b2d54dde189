import { expect, test } from 'vitest'
import { csv } from './csv'

test('a ledger keeps commas, quotes and lines in their cells', () => {
  expect(csv([['问题', '次数'], ['牌子"旧",已换\n等验收', 2]])).toBe('\uFEFF问题,次数\r\n"牌子""旧"",已换\n等验收",2\r\n')
})

test.each(['=1+1', '+cmd', '-2', '@x'])('what a centre wrote never runs as a formula: %s', (words) => {
  expect(csv([[words]])).toContain(`'${words}`)
})
