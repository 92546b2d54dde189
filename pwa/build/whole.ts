/**
 * Puts the bundler's helpers into each chunk that uses them. Rolldown keeps them in a file of their own, whatever the groups
 * say: 380 bytes that cost a first load one more request.
 */

import type { Plugin, Rolldown } from 'vite'

const NAME = 'rolldown-runtime'
const EXPORTS = /export\s*\{([^}]*)\};?\s*$/

export function whole(): Plugin {
  return {
    name: 'mingcha-whole',
    apply: 'build',
    enforce: 'post',
    generateBundle(_, bundle) {
      const chunks = Object.values(bundle).filter((one): one is Rolldown.OutputChunk => one.type === 'chunk')
      const helpers = chunks.find(({ name }) => name === NAME)
      if (!helpers) return
      const file = helpers.fileName.split('/').at(-1)!
      const imported = new RegExp(`import\\s*\\{([^}]*)\\}\\s*from\\s*["']\\./${file}["'];?`)
      for (const chunk of chunks) {
        chunk.code = chunk.code.replace(imported, (_line, names: string) => `const{${pairs(names, ':')}}=${inPlace(helpers.code)};`)
        chunk.imports = chunk.imports.filter((one) => one !== helpers.fileName)
      }
      delete bundle[helpers.fileName]
    },
  }
}

/** `var s=…;export{s as n}` becomes an expression: `(()=>{var s=…;return{n:s}})()`. */
function inPlace(code: string): string {
  return `(()=>{${code.replace(EXPORTS, (_all, names: string) => `return{${names.split(',').map(swapped).join()}}`)}})()`
}

const swapped = (name: string): string => name.trim().split(/\s+as\s+/).reverse().join(':')

const pairs = (names: string, between: string): string => names.split(',').map((name) => name.trim().split(/\s+as\s+/).join(between)).join()
