/** Names chunks in index.html that the first screen asks for at once, so that they come beside it and not after it. */

import type { Plugin } from 'vite'

export function preloaded(names: string[]): Plugin {
  return {
    name: 'mingcha-preloaded',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler: (_html, { bundle }) =>
        Object.values(bundle ?? {})
          .filter((chunk) => chunk.type === 'chunk' && names.includes(chunk.name))
          .map(({ fileName }) => ({ tag: 'link', attrs: { rel: 'modulepreload', crossorigin: true, href: `/${fileName}` }, injectTo: 'head' as const })),
    },
  }
}
