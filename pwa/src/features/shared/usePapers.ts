/** Papers to take out: which there are, one being fetched with what has come, and the archive of a campaign being made. */
import { onScopeDispose, ref, shallowRef, watch, type Ref } from 'vue'
import { ApiProblem, api } from '../../sync/api'
import { paper, type PaperKey } from '../../i18n/papers'
import { t } from '../../i18n'
import { wordsFor } from './problems'

export interface PaperLink { kind: string; path: string }
export interface Export { id: string; state: 'making' | 'ready' | 'stalled'; step: number; steps: number; photos: number; size_bytes: number }
/** An inspection's papers, or those of the campaign that an id names. */
export interface About { inspection?: string | undefined; campaign?: string | undefined; exports?: boolean | undefined }

const OF_CAMPAIGN: [string, string][] = [['ranking', 'ranking.xlsx'], ['circular', 'circular.docx'], ['results', 'results.csv'], ['findings', 'findings.csv'], ['results_json', 'results.json']]
const AGAIN_MS = 2000

export const sized = (bytes: number): string => (bytes < 1_000_000 ? `${Math.ceil(bytes / 1000)} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`)
export const paperName = (kind: string): string => paper(`papers.${kind}` as PaperKey)

export function usePapers(about: Ref<About>) {
  const links = shallowRef<PaperLink[]>([])
  const problem = ref('')
  const said = ref('')
  const getting = ref<string | null>(null)
  const received = ref(0)
  const archive = shallowRef<Export>()
  let asking = new AbortController()
  let fetching = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined

  async function look() {
    asking.abort()
    clearTimeout(timer)
    const { signal } = (asking = new AbortController())
    problem.value = said.value = ''
    archive.value = undefined
    const { inspection, campaign, exports } = about.value
    try {
      if (campaign) {
        links.value = OF_CAMPAIGN.map(([kind, file]) => ({ kind, path: `/campaigns/${campaign}/papers/${file}` }))
        if (!exports) return
        const [newest] = (await api<{ exports: Export[] }>(`/campaigns/${campaign}/exports`, { signal })).exports
        if (!signal.aborted && newest) follow(newest)
      } else if (inspection) {
        const found = await api<{ papers: PaperLink[] }>(`/inspections/${inspection}/papers`, { signal })
        if (!signal.aborted) links.value = found.papers
      }
    } catch (fault) {
      if (!signal.aborted) problem.value = wordsFor(fault)
    }
  }

  async function fetchPaper(link: PaperLink) {
    fetching.abort()
    const { signal } = (fetching = new AbortController())
    const name = paperName(link.kind)
    problem.value = said.value = ''
    received.value = 0
    getting.value = link.kind
    try {
      const file = await bytesOf(`/api/v1${link.path}`, signal, (bytes) => { received.value = bytes })
      if (signal.aborted) return
      save(file.blob, file.name ?? name)
      said.value = paper('papers.saved', { name: file.name ?? name })
    } catch (fault) {
      if (!signal.aborted) problem.value = wordsFor(fault)
    } finally {
      if (!signal.aborted) getting.value = null
    }
  }

  function cancel() {
    fetching.abort()
    getting.value = null
  }

  async function order() {
    problem.value = ''
    try {
      follow((await api<{ export: Export }>(`/campaigns/${about.value.campaign}/exports`, { method: 'POST', body: {} })).export)
    } catch (fault) {
      problem.value = wordsFor(fault)
    }
  }

  function follow(now: Export) {
    archive.value = now
    clearTimeout(timer)
    if (now.state !== 'making') return
    const { signal } = asking
    timer = setTimeout(() => {
      void api<{ export: Export }>(`/exports/${now.id}`, { signal }).then(
        (found) => { if (!signal.aborted) follow(found.export) },
        (fault: unknown) => { if (!signal.aborted) problem.value = wordsFor(fault) },
      )
    }, AGAIN_MS)
  }

  watch(about, look, { immediate: true, deep: true })
  onScopeDispose(() => { asking.abort(); fetching.abort(); clearTimeout(timer) })
  return { links, problem, said, getting, received, archive, fetchPaper, cancel, order, look }
}

/** A file with the session's cookie, counting what has come. A refusal speaks the server's words. */
async function bytesOf(address: string, signal: AbortSignal, tell: (bytes: number) => void): Promise<{ blob: Blob; name: string | undefined }> {
  let answer: Response
  try {
    answer = await fetch(address, { signal, credentials: 'same-origin', headers: { 'X-Mingcha': '1' } })
  } catch {
    throw new Error(t('error.unknown'))
  }
  if (!answer.ok || !answer.body) {
    const body = (await answer.json().catch(() => null)) as { problem?: ConstructorParameters<typeof ApiProblem>[0] } | null
    throw body?.problem ? new ApiProblem(body.problem) : new Error(String(answer.status))
  }
  const pieces: Uint8Array<ArrayBuffer>[] = []
  const reader = answer.body.getReader()
  for (let come = 0; ;) {
    const { done, value } = await reader.read()
    if (done) break
    pieces.push(value)
    tell((come += value.byteLength))
  }
  const said = /filename\*=UTF-8''([^;]+)/i.exec(answer.headers.get('Content-Disposition') ?? '')?.[1]
  return { blob: new Blob(pieces, { type: answer.headers.get('Content-Type') ?? '' }), name: said && decodeURIComponent(said) }
}

function save(blob: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = name
  document.body.append(link)
  link.click()
  link.remove()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
