/** Taps on a phone that holds one whole 002 visit: CPU milliseconds of each, as JSON. Questions come from `scoring.py`. */

import { readFileSync } from 'node:fs'
import type { Checklist } from '../../pwa/src/core/checklist'
import { fold, type Op } from '../../pwa/src/core/oplog'
import { standing, type Sheet } from '../../pwa/src/core/scoring'

const WARM = 100
const TAPS = 400

const { checklist, sheet } = JSON.parse(readFileSync(0, 'utf8')) as { checklist: Checklist; sheet: Sheet }

/** The ops that a visit leaves behind when each answer of the sheet was tapped once. */
function opsOf({ answers = {}, findings = [], photos = [] }: Sheet): Op[] {
  const facts: [Op['kind'], string, unknown][] = []
  for (const [id, { verdict, measures, awards }] of Object.entries(answers ?? {})) {
    facts.push(['set', `answer/${id}/verdict`, verdict])
    for (const [name, text] of Object.entries(measures ?? {})) facts.push(['set', `answer/${id}/measure/${name}`, text])
    for (const [name, text] of Object.entries(awards ?? {})) facts.push(['set', `answer/${id}/award/${name}`, text])
  }
  for (const { id, indicator, clause, item, case: number } of findings ?? [])
    facts.push(['add', `finding/${id}`, { indicator, clause, item: item ?? null, case: number ?? null }])
  for (const { id, finding, kind } of photos ?? []) facts.push(['add', `photo/${id}`, { indicator: null, finding, kind }])
  return facts.map(([kind, target, value], at) => op(at + 1, kind, target, value))
}

function op(seq: number, kind: Op['kind'], target: string, value: unknown, over: string[] = []): Op {
  const id = `01930000-0000-7000-8000-${seq.toString(16).padStart(12, '0')}`
  const [inspection, author] = ['01930000-0000-7000-8000-aaaaaaaaaaaa', '01930000-0000-7000-8000-bbbbbbbbbbbb']
  return { id, inspection, device: 'bench-phone', seq, at: '2026-11-22T03:00:00.000Z', kind, target, value, over, author } as Op
}

const ops = opsOf(sheet)
const verdicts = ops.filter(({ target }) => target.endsWith('/verdict'))
const score: number[] = []
const whole: number[] = []
let open = 0

for (let tap = 0; tap < WARM + TAPS; tap++) {
  const old = verdicts[tap % verdicts.length]!
  const added = op(ops.length + 1 + tap, 'set', old.target, tap % 2 ? 'not_met' : 'met', [old.id])
  const begun = process.cpuUsage()
  const state = fold([...ops, added])
  const folded = process.cpuUsage()
  open += standing(checklist, state).open.length
  const done = process.cpuUsage()
  if (tap < WARM) continue
  const ms = (from: NodeJS.CpuUsage): number => (done.user + done.system - from.user - from.system) / 1000
  score.push(ms(folded))
  whole.push(ms(begun))
}

process.stdout.write(JSON.stringify({ ops: ops.length, open, score, whole }))
