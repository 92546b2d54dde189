/**
 * Names what a page will ask for, so that it comes beside the app and not after it: in index.html what every page wants, in
 * `ahead.json` what one part of the app wants besides. The server says the latter in a `Link` header.
 */

import type { Plugin, Rolldown } from 'vite'

/** `names`: chunks for every page; `ahead`: the beginning of a page's address, and the chunk of its screens. */

export function preloaded(names: string[], ahead: Record<string, string>): Plugin {
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
    generateBundle(_, bundle) {
      const links = Object.entries(ahead).map(([address, name]) => [address, linksTo(bundle, name, [...names, 'first', 'rolldown-runtime'])])
      this.emitFile({ type: 'asset', fileName: 'ahead.json', source: JSON.stringify(Object.fromEntries(links)) })
    },
  }
}

function linksTo(bundle: Rolldown.OutputBundle, name: string, common: string[]): string {
  const chunk = Object.values(bundle).find((one): one is Rolldown.OutputChunk => one.type === 'chunk' && one.name === name)
  if (!chunk) throw new Error(`no chunk ${name} to fetch ahead`)
  // What every page has already is named in index.html.
  const shared = chunk.imports.map((file) => bundle[file]).filter((one): one is Rolldown.OutputChunk => one?.type === 'chunk' && !common.includes(one.name))
  return [chunk, ...shared].flatMap((one) => [
    `</${one.fileName}>; rel=modulepreload`, ...[...(one.viteMetadata?.importedCss ?? [])].map((file) => `</${file}>; rel=preload; as=style`),
  ]).join(', ')
}
