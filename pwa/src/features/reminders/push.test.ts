import { expect, test } from 'vitest'
import { reason } from './push'
import { deviceName } from './useReminders'

const ALL = { touch: true, push: true, notify: true, worker: true }
const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 Version/17.4 Mobile/15E148 Safari/604.1'
const MAC = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/17.4 Safari/605.1.15'
const ANDROID = 'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36'

test.each([
  ['an iPhone rings only once the app is installed', IPHONE, false, ALL, 'apple'],
  ['an installed one rings', IPHONE, true, ALL, undefined],
  ['an iPad that calls itself a Mac is none', MAC, false, ALL, 'apple'],
  ['a Mac rings', MAC, false, { ...ALL, touch: false }, undefined],
  ['an Android phone rings', ANDROID, false, ALL, undefined],
  ['inside WeChat nothing rings', `${ANDROID} MicroMessenger/8.0`, false, ALL, 'app'],
  ['a browser without push says so', ANDROID, false, { ...ALL, push: false }, 'none'],
] as const)('%s', (_, agent, installed, has, why) => {
  expect(reason(agent, installed, has)).toBe(why)
})

test('a phone is named as its owner would name it', () => {
  expect([deviceName(IPHONE), deviceName(ANDROID)]).toEqual(['iPhone · Safari', 'Android · Chrome'])
})
