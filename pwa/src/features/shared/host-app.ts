/** Which app's own browser this is, if it is one that runs no service worker. */
export type HostApp = 'wechat' | 'wecom' | 'qq' | 'dingtalk' | 'feishu' | 'alipay' | 'weibo'

const SIGNS: [RegExp, HostApp][] = [
  [/wxwork/i, 'wecom'], [/MicroMessenger/i, 'wechat'], [/DingTalk/i, 'dingtalk'], [/Lark|Feishu/i, 'feishu'],
  [/AlipayClient/i, 'alipay'], [/Weibo/i, 'weibo'], [/\bQQ\/[\d.]+/, 'qq'],
]

export const hostApp = (agent: string): HostApp | null => SIGNS.find(([sign]) => sign.test(agent))?.[1] ?? null
