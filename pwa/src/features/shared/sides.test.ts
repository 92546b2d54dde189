import { expect, test } from 'vitest'
import type { Json } from '../../core/canonical'
import { conflicts, fold, type Kind, type Op } from '../../core/oplog'
import { sidesOf } from './sides'

const INSPECTION = '018f0000-0000-7000-8000-0000000000aa'
let count = 0
function op(author: string, target: string, value: Json, { kind = 'set', device = `phone-${author}`, over = [] }: { kind?: Kind; device?: string; over?: string[] } = {}): Op {
  count += 1
  return { id: `op-${String(count).padStart(3, '0')}`, inspection: INSPECTION, device, seq: count, at: '2026-11-22T01:30:00.000Z', kind, target, value, over, author }
}
const photo = (author: string, id: string, indicator: string | null, finding: string | null = null, device = `phone-${author}`) =>
  op(author, `photo/${id}`, { indicator, finding, kind: 'scene', taken_at: '2026-11-22T01:31:00.000Z', source: 'camera', sha256: '' }, { kind: 'add', device })
const brief = (ops: Op[], target: string) => {
  const state = fold(ops)
  const conflict = conflicts(state).find((one) => one.target === target)!
  return sidesOf(conflict, state).map(({ head, notes, photos }) => ({ by: head.author, notes: notes.map((one) => one.text), photos: photos.map((one) => one.id) }))
}

test('each value stands with what its own author noted and photographed in that row, and nothing of another row', () => {
  const found = brief([
    op('lin', 'answer/1.3/verdict', 'met'), op('zhao', 'answer/1.3/verdict', 'not_met'),
    op('lin', 'answer/1.3/note', '牌子齐全'), op('zhao', 'answer/1.3/note', '二楼没有牌子'),
    op('lin', 'answer/1.4/note', '另一项'), photo('lin', 'p1', '1.3'), photo('zhao', 'p2', '1.3'), photo('zhao', 'p3', '1.4'),
  ], 'answer/1.3/verdict')
  expect(found).toEqual([{ by: 'lin', notes: ['牌子齐全'], photos: ['p1'] }, { by: 'zhao', notes: ['二楼没有牌子'], photos: ['p2'] }])
})

test('a disputed note is a value by itself and is not said twice; of a finding that was removed nothing is said', () => {
  const gone = op('zhao', 'finding/f1', { indicator: '1.3', clause: 'a', item: null, case: null }, { kind: 'add' })
  const said = op('zhao', 'finding/f1/note', '已撤')
  const found = brief([
    op('lin', 'answer/1.3/note', '甲'), op('zhao', 'answer/1.3/note', '乙'), gone, said,
    op('zhao', 'finding/f1', null, { kind: 'remove', over: [gone.id, said.id] }),
  ], 'answer/1.3/note')
  expect(found).toEqual([{ by: 'lin', notes: [], photos: [] }, { by: 'zhao', notes: [], photos: [] }])
})

test('of a disputed finding its own photos come first, then the others of the row', () => {
  const found = brief([
    op('lin', 'finding/f1', { indicator: '1.3', clause: 'a', item: null, case: null }, { kind: 'add' }),
    op('lin', 'finding/f1/count', 2), op('zhao', 'finding/f1/count', 3), op('zhao', 'finding/f1/note', '三处'),
    photo('zhao', 'p1', '1.3'), photo('zhao', 'p2', '1.3', 'f1'), photo('lin', 'p3', '1.3'),
  ], 'finding/f1/count')
  expect(found).toEqual([{ by: 'lin', notes: [], photos: ['p3'] }, { by: 'zhao', notes: ['三处'], photos: ['p2', 'p1'] }])
})

test('where one person said two things on two phones, each phone has its own notes and photos', () => {
  const two = { device: 'tablet' }
  const found = brief([
    op('lin', 'answer/1.3/verdict', 'met'), op('lin', 'answer/1.3/verdict', 'not_met', two),
    op('lin', 'answer/1.3/note', '手机上'), op('lin', 'answer/1.3/note', '平板上', two), photo('lin', 'p1', '1.3', null, 'tablet'),
  ], 'answer/1.3/verdict')
  expect(found).toEqual([{ by: 'lin', notes: ['手机上'], photos: [] }, { by: 'lin', notes: ['平板上'], photos: ['p1'] }])
})

test('a photo whose kind is disputed stands on both sides; what belongs to no row has nothing behind it', () => {
  const ops = [photo('lin', 'p1', '1.3'), op('lin', 'photo/p1/kind', 'badge'), op('zhao', 'photo/p1/kind', 'scene'), photo('zhao', 'p2', '1.3')]
  expect(brief(ops, 'photo/p1/kind')).toEqual([{ by: 'lin', notes: [], photos: ['p1'] }, { by: 'zhao', notes: [], photos: ['p1', 'p2'] }])
  expect(brief([op('lin', 'visit/present', '王'), op('zhao', 'visit/present', '李'), photo('lin', 'p1', '1.3')], 'visit/present').map((side) => side.photos)).toEqual([[], []])
})
