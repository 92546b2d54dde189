/** Sends what waits of 投诉建议, one by one, oldest first. What the server does not take stays here with its reason. */
import { feedbackRows, isWaiting, noteFeedback } from '../store/feedback'
import type { UserDb } from '../store/db'
import { API, ApiProblem, ask, type Fetch } from './http'

/** Throws ApiProblem when line, server or session fail: the next round goes on. */
export async function sendFeedback(db: UserDb, fetch?: Fetch): Promise<void> {
  for (const { id, kind, text, at } of (await feedbackRows(db)).filter(isWaiting).reverse()) {
    try {
      await ask(`${API}/feedback`, { method: 'POST', body: { id, kind, text, at }, ...(fetch && { fetch }) })
      await noteFeedback(db, id, { sent: true })
    } catch (failure) {
      if (!(failure instanceof ApiProblem) || failure.family === 'busy' || failure.family === 'barred') throw failure
      await noteFeedback(db, id, { code: failure.code })
    }
  }
}
