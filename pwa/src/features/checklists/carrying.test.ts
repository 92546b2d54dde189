import { expect, test } from 'vitest'
import { movingRows, stayingRows, type Move } from './carrying'

const move = (target: string, indicator: string | null, kind: Move['kind'] = 'set'): Move => ({ target, kind, indicator, value: 'met' })

test('what moves is counted by row, in the order of the sheet, the visit itself last', () => {
  const rows = movingRows([
    move('visit/arrived', null), move('answer/10/verdict', '10'), move('finding/a', '2', 'add'), move('finding/b', '2', 'add'),
    move('finding/a/count', '2'), move('photo/p', '2', 'add'), move('photo/p/kind', '2'), move('answer/2/measure/area', '2'), move('answer/2/verdict', '2'),
  ], ['1', '2', '10'])

  expect(rows).toEqual([
    { indicator: '2', facts: [{ fact: 'verdict', n: 1 }, { fact: 'measure', n: 1 }, { fact: 'finding', n: 2 }, { fact: 'photo', n: 1 }] },
    { indicator: '10', facts: [{ fact: 'verdict', n: 1 }] },
    { indicator: null, facts: [{ fact: 'visit', n: 1 }] },
  ])
})

test('what stays stands under its row, each fact with its own reason', () => {
  const left = (target: string, indicator: string | null, reason: string) => ({ target, indicator, values: [], reason, words: { zh: '', en: '' } })

  const rows = stayingRows([left('signature/s', null, 'belongs_to_original'), left('answer/3/note', '3', 'indicator_gone'), left('answer/2/verdict', '2', 'question_changed'), left('answer/3/verdict', '3', 'indicator_gone')], ['1', '2', '3'])

  expect(rows.map((row) => [row.indicator, row.facts.map((fact) => fact.target)])).toEqual([
    ['2', ['answer/2/verdict']], ['3', ['answer/3/note', 'answer/3/verdict']], [null, ['signature/s']],
  ])
})
