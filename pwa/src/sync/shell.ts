/** Asks the service worker whether everything that the app is made of is in its cache. */

export const ASK_SHELL = 'mingcha-shell?'

/** As long as a worker may take to fetch the app over a weak line, the first time. */
const FIRST_TIME_MS = 25_000

/** False without a worker, or when it does not answer. */
export async function askShell(timeout_ms: number = FIRST_TIME_MS): Promise<boolean> {
  const workers = (globalThis.navigator as Navigator | undefined)?.serviceWorker
  if (!workers) return false
  const late = new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), timeout_ms))
  const ready = await Promise.race([workers.ready, late])
  const worker = ready?.active
  if (!worker) return false
  const { port1, port2 } = new MessageChannel()
  const answer = new Promise<boolean>((resolve) => (port1.onmessage = ({ data }) => resolve(data === true)))
  worker.postMessage({ type: ASK_SHELL }, [port2])
  return (await Promise.race([answer, late])) ?? false
}
