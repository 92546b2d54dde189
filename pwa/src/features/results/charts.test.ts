import { createSSRApp, h } from 'vue'
import { renderToString } from 'vue/server-renderer'
import { expect, test } from 'vitest'
import Charts from './Charts.vue'
import type { Board } from './server'

const ROWS = 14
const mean = { sites: 1, low: '4', high: '4', full: '8', share_low: '50', share_high: '50' }
const each = <T>(of: (id: string) => T): T[] => Array.from({ length: ROWS }, (_, at) => of(`1.${at + 1}`))
const board = {
  checklist: { scheme: 'matrix' }, titles: {}, categories: {}, clauses: {}, tiers: [], rows: [], settings: {}, grades: null,
  figures: {
    all: mean, settled: true, towns: [], categories: [], bands: null, compare: null,
    indicators: each((id) => ({ id, met: 0, lost: 1, not_applicable: 0, open: 0, taken: '1', rate: '0', ...mean })),
    faults: each((indicator) => ({ indicator, clause: null, sites: 1, count: 1 })),
    tiers: { reached: [], between: each((indicator) => ({ indicator, requirement: null, sites: 1 })) },
  },
} as unknown as Board

test('a chart draws the first bars and says so; its table has every row', async () => {
  const html = await renderToString(createSSRApp({ render: () => h(Charts, { board, towns: {}, last: null }) }))
  const figures = [...html.matchAll(/<figure.*?<\/figure>/gs)].map(([figure]) => figure).filter((figure) => figure.includes('<li'))
  expect(figures).toHaveLength(3) // indicators, faults, what is missing for the next tier
  for (const figure of figures) {
    expect(figure.match(/<li/g)).toHaveLength(12)
    expect(figure.match(/<tr/g)).toHaveLength(ROWS + 1)
    expect(figure).toContain('图上是前 12 项，共 14 项')
  }
})
