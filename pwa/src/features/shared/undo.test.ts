import { expect, test } from 'vitest'
import { addOp, conflicts, contradictions, fold, heads, removeOp, renewOps, setOp, uuid7, value, type DraftContext, type Op, type State } from '../../core/oplog'
import { inverse, stepsBack } from './undo'

const FAULT = 'finding/00000000-0000-4000-8000-0000000000f1'
const TALLY = 'finding/3.8:a'
const PHOTO = 'photo/00000000-0000-4000-8000-0000000000b1'
const RETAKEN = 'photo/00000000-0000-4000-8000-0000000000b2'
const ORIGINAL = '00000000-0000-4000-8000-0000000000b9'
const found = (clause: string | null) => ({ indicator: '3.8', clause, item: null, case: null })
const PICTURE = {
  sha256: 'a'.repeat(64), size: 9, kind: 'signage', taken_at: '2026-09-21T02:00:00.000Z', offset_min: 480, position: null, indicator: '3.8', finding: null,
  source: 'camera', width: 4, height: 3, name: 'p',
}

/** A phone: what it has heard, and what it says next. */
class Hand {
  ops: Op[] = []
  private readonly ctx: DraftContext
  constructor(who: number) {
    let seq = 0
    let now = Date.UTC(2026, 8, 21, 2)
    this.ctx = {
      inspection: '018f0000-0000-7000-8000-0000000000aa', device: `phone-00${who}`, author: `018f0000-0000-7000-8000-00000000a00${who}`,
      nextSeq: () => ++seq, now: () => new Date((now += 1000)).toISOString(),
      uuid7: () => uuid7(now, Uint8Array.from({ length: 10 }, (_, i) => (who * 40 + seq * 7 + i) % 256)),
    }
  }
  get state(): State { return fold(this.ops) }
  /** One step, and the way back from it. */
  does(make: (state: State, ctx: DraftContext) => Op[]): () => void {
    const before = this.state
    const made = make(before, this.ctx)
    this.ops.push(...made)
    return () => { this.ops.push(...stepsBack(inverse(before, made), this.state, this.ctx)) }
  }
  says(target: string, said: Parameters<typeof setOp>[3]): () => void { return this.does((state, ctx) => [setOp(state, ctx, target, said)]) }
  hears(other: Hand): void { this.ops = [...new Set([...this.ops, ...other.ops])] }
  get standing() { return { live: Object.entries(this.state.elements).filter(([, one]) => one.live).map(([target]) => target), fields: Object.fromEntries(Object.keys(this.state.fields).map((field) => [field, value(this.state, field)])) } }
}

test('a removed fault comes back with its words, a count with its number, a photo with all that was said of it', () => {
  const lin = new Hand(1)
  lin.does((state, ctx) => [addOp(ctx, FAULT, found(null), state), setOp(state, ctx, `${FAULT}/note`, '窗口无人')])
  lin.does((state, ctx) => [addOp(ctx, TALLY, found('a'), state)])
  lin.says(`${TALLY}/count`, 3)
  lin.does((state, ctx) => [addOp(ctx, PHOTO, PICTURE, state)])
  for (const [field, said] of [['note', '东门'], ['kind', 'badge'], ['order', 2], ['original', ORIGINAL]] as const) lin.says(`${PHOTO}/${field}`, said)
  const before = lin.standing

  for (const target of [FAULT, TALLY, PHOTO]) {
    const back = lin.does((state, ctx) => [removeOp(state, ctx, target)])
    expect(lin.standing.live).not.toContain(target)
    back()
  }

  expect(lin.standing).toEqual(before)
  expect(contradictions(lin.state, { categories: [] })).toEqual([])
})

test('a new fault or photo that is taken back is gone with what was said in the same step', () => {
  const lin = new Hand(1)
  lin.does((state, ctx) => [addOp(ctx, PHOTO, PICTURE, state)])
  const before = lin.standing
  const noFault = lin.does((state, ctx) => [addOp(ctx, FAULT, found(null), state), setOp(state, ctx, 'answer/3.8/verdict', 'not_met'), setOp(state, ctx, `${FAULT}/note`, '无人')])
  noFault()
  const firstPicture = lin.does((state, ctx) => [addOp(ctx, RETAKEN, PICTURE, state), setOp(state, ctx, `${RETAKEN}/order`, 0), removeOp(state, ctx, PHOTO)])
  firstPicture()

  expect(lin.standing).toEqual({ ...before, fields: { 'answer/3.8/verdict': null } })
})

test('the other label of a drawn case comes back without a word of doubt', () => {
  const lin = new Hand(1)
  const label = (words: string) => ({ indicator: '3.7', case: 3, label: words })
  lin.does((state, ctx) => renewOps(state, ctx, 'sample/3.7:3', label('2026-0131')))
  const back = lin.does((state, ctx) => renewOps(state, ctx, 'sample/3.7:3', label('2026-0132')))
  back()

  expect(heads(lin.state, 'sample/3.7:3').map((head) => head.value)).toEqual([label('2026-0131')])
  expect(contradictions(lin.state, { categories: [] })).toEqual([])
})

test('taking back one’s own word leaves what the partner said meanwhile', () => {
  const [lin, zhao] = [new Hand(1), new Hand(2)]
  const back = lin.says('answer/3.8/note', '已整改')
  const settled = lin.says('answer/2.2/note', '好')
  zhao.says('answer/3.8/note', '未整改')
  lin.hears(zhao)
  zhao.hears(lin)
  zhao.says('answer/2.2/note', '不好')
  lin.hears(zhao)
  back()
  settled()

  expect(conflicts(lin.state)).toEqual([])
  expect([value(lin.state, 'answer/3.8/note'), value(lin.state, 'answer/2.2/note')]).toEqual(['未整改', '不好'])
})

test('a photo’s kind that is taken back is the one it was announced with', () => {
  const lin = new Hand(1)
  lin.does((state, ctx) => [addOp(ctx, PHOTO, PICTURE, state)])
  lin.says(`${PHOTO}/kind`, 'scene')()
  expect(value(lin.state, `${PHOTO}/kind`)).toBe('signage')
})
