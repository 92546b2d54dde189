/** The phone's engine as a line server: one JSON question per line, one canonical answer per line. */

import { createInterface } from 'node:readline'
import { canonical, type Json } from '../../../pwa/src/core/canonical'
import type { Checklist } from '../../../pwa/src/core/checklist'
import { fold, type Op } from '../../../pwa/src/core/oplog'
import { reading, score, shown, standing, type Known, type Sheet } from '../../../pwa/src/core/scoring'

type Question =
  | { ask: 'checklist'; digest: string; checklist: Checklist }
  | { ask: 'score'; digest: string; sheet: Sheet; settings?: Record<string, string>; places?: Known['places'] }
  | { ask: 'standing'; digest: string; ops: Op[]; settings?: Record<string, string>; places?: Known['places']; closed?: boolean }
  | { ask: 'reading'; text: string; measure?: never }

const checklists = new Map<string, Checklist>()

function answer(question: Question): unknown {
  switch (question.ask) {
    case 'checklist':
      checklists.set(question.digest, question.checklist)
      return true
    case 'score':
      return score(checklists.get(question.digest)!, question.sheet, question.settings, question)
    case 'standing':
      return standing(checklists.get(question.digest)!, fold(question.ops), question.settings, question)
    case 'reading': {
      const found = reading(question.text, question.measure)
      return typeof found === 'bigint' ? { figure: shown(found) } : found
    }
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${canonical(answer(JSON.parse(line) as Question) as Json)}\n`)
}
