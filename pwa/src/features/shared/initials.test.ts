import { expect, test } from 'vitest'
import { initials, initialsAt } from './initials'

test.each([['标识标牌', 'bsbp'], ['窗口设置', 'cksz'], ['打印送达回证', 'dysdhz'], ['非常满意率', 'fcmyl'], ['高拍仪', 'gpy'], ['AB岗', 'abg'], ['二次', 'ec'], ['挂起', 'gq'], ['着装', 'zz'], ['一次性告知', 'ycxgz'], ['无否决权', 'wfjq']])(
  'the letters of %s are %s', (text, letters) => {
    expect([...text].map((character) => initials(character)[0]).join('')).toBe(letters)
  })

test('a character with two readings answers to both', () => {
  expect(initialsAt('办件录入', 'lr')).toBe(2)
  expect(initialsAt('排行', 'ph')).toBe(0)
  expect(initialsAt('排行', 'px')).toBe(0)
  expect(initialsAt('排行', 'pz')).toBe(-1)
})
