import { expect, test } from 'vitest'
import { linkIn, notification } from './push'

const DUE = JSON.stringify({
  v: 1, id: 'x', tag: 'due', title: { zh: '明察', en: 'Mingcha' }, body: { zh: '您有 2 条整改提醒', en: 'You have 2 reminders' },
  link: '/rectification/0190a1b2', count: 2, at: '2026-09-21T01:00:00.000Z', locale: 'en',
})

test('a push is shown in the language of its reader, and a newer one takes its place', () => {
  const { title, options } = notification(DUE, 'zh-CN')
  expect([title, options.body, options.tag]).toEqual(['Mingcha', 'You have 2 reminders', 'due'])
  expect(options.data).toEqual({ link: '/rectification/0190a1b2' })
})

test.each([undefined, '', 'not json', 'null', '[]', '{"title":"x","body":3}'])('whatever came, something is shown: %s', (text) => {
  const { title, options } = notification(text, 'zh-CN')
  expect(title).toBe('明察')
  expect(options.body).toBe('有新消息，请打开应用查看。')
  expect(options.data).toEqual({ link: '/inbox' })
})

test.each(['https://other.test/', '//other.test', 'javascript:alert(1)', 7, undefined, '/inbox?x=//y'])('a touch never leads elsewhere: %s', (link) => {
  expect(linkIn(link)).toBe('/inbox')
})
