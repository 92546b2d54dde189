/** What stands before the end of a visit, and the two ops that end it: signatures and the submission. */
import { computed, ref } from 'vue'
import { addOp, heads, removeOp, setOp } from '../../core/oplog'
import { say, t } from '../../i18n'
import { tell } from '../../ui/toasts'
import { measureWords } from '../shared/measure-words'
import { photosOf } from '../shared/rows'
import type { Visit } from '../shared/visit'
import { stillToSign } from './signing'

export interface Signature { id: string; target: string; role: 'inspector' | 'centre'; name: string; refused: boolean; reason: string; strokes: number[][]; at: string }
export type Signed = Pick<Signature, 'role' | 'name' | 'refused' | 'reason' | 'strokes'>

export function useFinish(visit: Visit) {
  const submitting = ref(false)
  const signatures = computed(() => Object.entries(visit.state.value.elements)
    .filter(([target, element]) => target.startsWith('signature/') && element.live)
    .map(([target, element]) => ({ ...(element.value as unknown as Omit<Signature, 'id' | 'target' | 'at'>), id: target.slice(10), target, at: element.heads[0]!.at })))
  const unsigned = computed(() => {
    const done = signatures.value.filter((one) => one.role === 'inspector').map((one) => one.name)
    const inspectors = stillToSign(visit.meta.value?.team ?? [], done).map((person) => ({ role: 'inspector' as const, ...person }))
    return signatures.value.some((one) => one.role === 'centre') ? inspectors : [...inspectors, { role: 'centre' as const, id: '', name: '' }]
  })

  async function once(work: () => Promise<unknown>) {
    submitting.value = true
    await work().finally(() => { submitting.value = false })
  }

  return {
    submitting, signatures, unsigned,
    open: computed(() => visit.result.value?.open ?? []),
    lacking: computed(() => visit.result.value?.missing_evidence ?? []),
    /** Figures that count for nothing as they stand. */
    unreadable: computed(() => (visit.result.value?.problems ?? []).map(({ indicator, measure: part, code }) => {
      const measure = visit.indicators.value.find((one) => one.id === indicator)?.measures.find((one) => one.id === part)
      return { indicator, part, name: say(measure?.text), words: measure ? measureWords(code, measure) : t('measure.wrong') }
    })),
    lines: computed(() => visit.result.value?.lines ?? []),
    titleOf: (id: string) => say(visit.indicators.value.find((one) => one.id === id)?.title),
    photoProgress: computed(() => {
      const all = photosOf(visit.state.value)
      return { all: all.length, proved: all.filter((one) => visit.photos.value.get(one.id)?.state === 'verified').length }
    }),
    sign: (signed: Signed) => visit.act((state, pen) => {
      const { role, name, refused, reason, strokes } = signed
      return [addOp(pen, `signature/${pen.uuid7()}`, { role, name, refused, reason, strokes }, state)]
    }, t('toast.signed')),
    unsign: (one: Signature) => visit.act((state, pen) => [removeOp(state, pen, one.target)], t('toast.unsigned')),
    submit: () => once(async () => {
      await visit.act((state, pen) => [setOp(state, pen, 'visit/submitted', { at: pen.now() })])
      tell(t('toast.submitted'))
    }),
    takeBack: computed(() => (heads(visit.state.value, 'review/approval').some((head) => head.value !== null) ? undefined : () => once(() => visit.put('visit/submitted', null)))),
  }
}
