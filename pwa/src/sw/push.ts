/**
 * What a push shows and where a touch on it leads. A browser that gets a push must show something: whatever came, something
 * calm is shown, in words that name no site and nothing of a finding.
 */

type Words = { zh: string; en: string }

interface Payload { tag?: string; title?: Words; body?: Words; link?: string; locale?: string; at?: string; id?: string }

export interface Shown { title: string; options: NotificationOptions & { renotify?: boolean; timestamp?: number } }

const PLAIN = { title: { zh: '明察', en: 'Mingcha' }, body: { zh: '有新消息，请打开应用查看。', en: 'There is something new. Open the app to read it.' } }

/** Of anything that may have come, even nothing. A newer one of the same tag takes the older one's place. */
export function notification(text: string | undefined, language: string): Shown {
  const said = read(text)
  const spoken = said.locale === 'zh' || said.locale === 'en' ? said.locale : language.toLowerCase().startsWith('zh') ? 'zh' : 'en'
  const at = Date.parse(said.at ?? '')
  return {
    title: said.title?.[spoken] || PLAIN.title[spoken],
    options: {
      body: said.body?.[spoken] || PLAIN.body[spoken], tag: said.tag ?? 'news', renotify: true, lang: spoken === 'zh' ? 'zh-CN' : 'en',
      icon: '/icon-192.png', badge: '/icon-192.png', data: { link: linkIn(said.link) }, ...(Number.isFinite(at) && { timestamp: at }),
    },
  }
}

/** An address of our own, never another site's. */
export function linkIn(link: unknown): string {
  return typeof link === 'string' && /^\/[a-z0-9/-]*$/i.test(link) && !link.startsWith('//') ? link : '/inbox'
}

function read(text: string | undefined): Payload {
  try {
    const found: unknown = JSON.parse(text ?? '')
    return typeof found === 'object' && found !== null ? found : {}
  } catch {
    return {}
  }
}
