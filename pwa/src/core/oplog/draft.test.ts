import { describe, expect, it } from 'vitest'
import {
  addOp, conflicts, contradictions, fold, parseOp, RefusedOp, removeOp, setOp, tallyId, uuid7, value, type DraftContext, type Op,
} from './index'

const CHECKLIST = { categories: [] }
const TALLY = `finding/${tallyId('3.1', 'a')}`
const FINDING = { indicator: '3.1', clause: 'a', item: null, case: null }

function phone(author: number, clockMs: number): DraftContext {
  let seq = 0
  let now = clockMs
  return {
    inspection: '018f0000-0000-7000-8000-0000000000aa',
    device: `phone-00${author}`,
    author: `018f0000-0000-7000-8000-00000000a00${author}`,
    nextSeq: () => ++seq,
    now: () => new Date((now += 1000)).toISOString(),
    uuid7: () => uuid7(now, Uint8Array.from({ length: 10 }, (_, i) => (author * 40 + seq * 7 + i) % 256)),
  }
}

const lin = (): DraftContext => phone(1, Date.UTC(2026, 8, 21))
const zhao = (): DraftContext => phone(2, 0) // the battery was empty: 1970

describe('a draft', () => {
  it('names what its author saw, so it replaces that and nothing else', () => {
    const [a, b] = [lin(), zhao()]
    const first = setOp(fold([]), a, 'answer/3.1/verdict', 'met')
    const second = setOp(fold([first]), b, 'answer/3.1/verdict', 'not_met')

    expect(second.over).toEqual([first.id])
    expect(value(fold([second, first]), 'answer/3.1/verdict')).toBe('not_met')
  })

  it('settles a conflict by naming every head', () => {
    const both = [setOp(fold([]), lin(), 'answer/3.1/verdict', 'met'), setOp(fold([]), zhao(), 'answer/3.1/verdict', 'not_met')]
    const settled = setOp(fold(both), phone(3, Date.UTC(2026, 8, 22)), 'answer/3.1/verdict', 'not_met')

    expect(conflicts(fold(both))).toHaveLength(1)
    expect(conflicts(fold([...both, settled]))).toEqual([])
  })

  it('removes an element with all that stands in it, and an add with the state brings it back', () => {
    const ctx = lin()
    const ops: Op[] = [addOp(ctx, TALLY, FINDING)]
    ops.push(setOp(fold(ops), ctx, `${TALLY}/count`, 2))
    ops.push(removeOp(fold(ops), ctx, TALLY))
    expect(fold(ops).elements[TALLY]!.live).toBe(false)

    ops.push(addOp(ctx, TALLY, FINDING, fold(ops)))
    const { live, kept } = fold(ops).elements[TALLY]!
    expect({ live, kept, fields: Object.keys(fold(ops).fields) }).toEqual({ live: true, kept: false, fields: [] })
  })

  it('keeps a finding for good when someone confirms it', () => {
    const [a, b] = [lin(), zhao()]
    const add = addOp(a, TALLY, FINDING)
    const ops = [add, removeOp(fold([add]), a, TALLY), setOp(fold([add]), b, `${TALLY}/count`, 3)]
    expect(contradictions(fold(ops), CHECKLIST).map((one) => one.code)).toEqual(['kept_element'])

    ops.push(addOp(b, TALLY, FINDING, fold(ops)))
    expect(contradictions(fold(ops), CHECKLIST)).toEqual([])
  })

  it('is always an op that the server reads', () => {
    const op = setOp(fold([]), lin(), 'visit/note', '门口无标识 😀')
    expect(parseOp(JSON.stringify(op))).toEqual(op)
  })

  it('numbers steps without a gap, though one was refused', () => {
    const ctx = lin()
    expect(() => setOp(fold([]), ctx, 'answer/3.1/verdict', 'perhaps')).toThrow(RefusedOp)
    expect(() => removeOp(fold([]), ctx, TALLY)).toThrow('op.remove_blind')
    expect(setOp(fold([]), ctx, 'answer/3.1/verdict', 'met').seq).toBe(1)
  })

  it('keeps a copy, so that typing on does not change what was said', () => {
    const position = { lat: '36.18', lon: '118.16', accuracy_m: 25 }
    const op = setOp(fold([]), lin(), 'visit/arrived', { at: '2026-09-21T10:00:00.000Z', position })
    position.lat = '0'
    expect(op.value).toEqual({ at: '2026-09-21T10:00:00.000Z', position: { lat: '36.18', lon: '118.16', accuracy_m: 25 } })
  })
})

describe('what was not seen', () => {
  it('stays beside what is written: two heads, and nothing is settled', () => {
    const [a, b] = [lin(), zhao()]
    const mine = setOp(fold([]), a, 'answer/3.1/note', '门口')
    const theirs = setOp(fold([]), b, 'answer/3.1/note', '后门')
    const typedOn = setOp(fold([mine, theirs]), a, 'answer/3.1/note', '门口无标识', [mine.id])

    expect(conflicts(fold([mine, theirs, typedOn]))[0]?.heads.map((head) => head.value).sort()).toEqual(['后门', '门口无标识'])
  })

  it('covers what this phone wrote itself since, so that nobody disagrees with themselves', () => {
    const a = lin()
    const first = setOp(fold([]), a, 'answer/3.1/note', '门')
    const second = setOp(fold([first]), a, 'answer/3.1/note', '门口', [])

    expect(value(fold([first, second]), 'answer/3.1/note')).toBe('门口')
  })
})
