/** The registry at the server: its lists, a sheet looked at and imported, one entry corrected, the last import undone. */
import { ref, shallowRef } from 'vue'
import { api, ApiProblem } from '../../sync/api'
import { wordsFor } from '../shared/problems'
import { useAsked } from '../shared/useAsked'
import { findEntries, inOrder, type Cells, type Entry, type Import, type Kind, type Preview } from './entries'

/** 3,000 rows take the server a few seconds. */
const LONG_MS = 120_000

export const template = (kind: Kind, form: 'xlsx' | 'csv'): string => `/api/v1/registry/${kind}/template?form=${form}`
export const currentSheet = (kind: Kind, form: 'xlsx' | 'csv'): string => `/api/v1/registry/${kind}/sheet?form=${form}`

/** A file's bytes, or rows by column. */
export type Source = Blob | { rows: Cells[] }

export const look = (kind: Kind, source: Source): Promise<Preview> => api(`/registry/${kind}/preview`, { method: 'POST', body: source, timeout_ms: LONG_MS })
export const take = (kind: Kind, source: Source, seen: string): Promise<Import> =>
  api(`/registry/${kind}/import?${new URLSearchParams({ seen })}`, { method: 'POST', body: source, timeout_ms: LONG_MS })
export const undo = (id: string): Promise<Import> => api(`/registry/imports/${id}/undo`, { method: 'POST', body: {} })

export function useEntries(kind: Kind) {
  const { value: entries, problem, again } = useAsked(async (signal) => inOrder((await api<{ rows: Entry[] }>(`/registry/${kind}`, signal)).rows))
  void again()
  const words = ref('')
  return { entries, problem, again, words, find: () => findEntries(entries.value ?? [], words.value) }
}

/** Names by code, for the choice of a region; empty until they are here. */
export function useRegions() {
  const { value, again } = useAsked(async (signal) => (await api<{ rows: Entry[] }>('/registry/regions', signal)).rows)
  void again()
  return value
}

export function useImports() {
  const { value: imports, problem, again } = useAsked(async (signal) => (await api<{ imports: Import[] }>('/registry/imports', signal)).imports)
  void again()
  return { imports, problem, again }
}

/** A file on its way in: looked at, then imported exactly as it was looked at, or why not. */
export function useImport(kind: Kind) {
  const name = ref('')
  const preview = shallowRef<Preview>()
  const done = shallowRef<Import>()
  const problem = ref('')
  const moved = ref(false)
  const busy = ref<'looking' | 'going' | null>(null)
  let source: Blob | undefined

  /** The bytes are read once: what is imported is what was looked at, whatever happens to the file meanwhile. */
  async function choose(file: File) {
    name.value = file.name
    done.value = preview.value = undefined
    moved.value = false
    await act('looking', async () => {
      source = new Blob([await file.arrayBuffer()], { type: 'application/octet-stream' })
      preview.value = await look(kind, source)
    })
  }
  const go = () => act('going', async () => {
    moved.value = false
    try {
      done.value = await take(kind, source!, preview.value!.digest)
    } catch (fault) {
      if (!(fault instanceof ApiProblem) || fault.code !== 'registry.moved') throw fault
      preview.value = await look(kind, source!)
      moved.value = true
    }
  })
  async function act(what: 'looking' | 'going', deed: () => Promise<void>) {
    busy.value = what
    problem.value = ''
    try {
      await deed()
    } catch (fault) {
      problem.value = wordsFor(fault)
    } finally {
      busy.value = null
    }
  }
  return { name, preview, done, problem, moved, busy, choose, go }
}
