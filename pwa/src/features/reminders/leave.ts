/** Leaving a phone: what rings for one person must not ring for the next who holds it. */
import { api } from '../../sync/api'
import { pushHere, unsubscribe } from './push'

/** First the browser's side, which needs no network; then the server's list of this person's phones. */
export async function hushHere(): Promise<void> {
  const here = await pushHere()
  if (here.state !== 'on') return
  await unsubscribe()
  const { subscriptions } = await api<{ subscriptions: { id: string; mark: string }[] }>('/channels', { timeout_ms: 5_000 })
  const known = subscriptions.find((one) => one.mark === here.mark)
  if (known) await api(`/push/subscriptions/${known.id}`, { method: 'DELETE', timeout_ms: 5_000 })
}
