import { expect, test } from 'vitest'
import { hostApp } from './host-app'

test.each([
  ['Mozilla/5.0 (Linux; Android 13) Chrome/116 Mobile Safari/537.36 MicroMessenger/8.0.42', 'wechat'],
  ['Mozilla/5.0 (iPhone) wxwork/4.1.10 MicroMessenger/7.0.1', 'wecom'],
  ['Mozilla/5.0 (Linux; Android 12) Chrome/89 MQQBrowser/6.2 QQ/8.9.78.12275', 'qq'],
  ['Mozilla/5.0 (iPhone) AliApp(DingTalk/7.0.40)', 'dingtalk'],
  ['Mozilla/5.0 (Linux; Android 13) Chrome/116 Mobile Safari/537.36', null],
  ['Mozilla/5.0 (Linux; Android 13) MQQBrowser/14.1 Mobile Safari/537.36', null],
])('%s is %s', (agent, app) => { expect(hostApp(agent)).toBe(app) })
