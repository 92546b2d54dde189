import { describe, expect, test } from 'vitest'
import { answer, type Caches } from './serve'

const HERE = new URL('https://hall.test/sw.js')

function cached(shell: Record<string, string>, before: Record<string, string> = {}): Caches {
  return {
    shell: async (url) => (url in shell ? new Response(shell[url]) : undefined),
    before: async (request) => {
      const path = new URL(request.url).pathname
      return path in before ? new Response(before[path]) : undefined
    },
  }
}

function asked(url: string, options: { method?: string; mode?: string } = {}): Request {
  const request = new Request(new URL(url, HERE), { method: options.method ?? 'GET' })
  return options.mode ? Object.defineProperty(request, 'mode', { value: options.mode }) : request
}

const textOf = async (response: Promise<Response> | undefined) => (await response)?.text()

describe('without network', () => {
  test('every page of the app opens from the phone', async () => {
    const from = cached({ '/index.html': 'the app' })
    for (const path of ['/', '/visit/1', '/visit/1/row/3.7?x=1']) {
      expect(await textOf(answer(asked(path, { mode: 'navigate' }), HERE, from))).toBe('the app')
    }
  })

  test('the files of this version and of the one before are there', async () => {
    const from = cached({ '/assets/new-1.js': 'new' }, { '/assets/old-1.js': 'old' })
    expect(await textOf(answer(asked('/assets/new-1.js'), HERE, from))).toBe('new')
    expect(await textOf(answer(asked('/assets/old-1.js'), HERE, from))).toBe('old')
  })
})

test.each([
  ['the API', asked('/api/v1/inspections')],
  ['an upload', asked('/api/v1/uploads/1', { method: 'PATCH' })],
  ['a page of the API\'s documents', asked('/api/docs', { mode: 'navigate' })],
  ['another site', asked('https://other.test/assets/new-1.js')],
])('%s is never answered from a cache', (_, request) => {
  expect(answer(request, HERE, cached({ '/index.html': 'x', '/api/v1/inspections': 'x' }))).toBeUndefined()
})
