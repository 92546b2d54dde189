/** 投诉建议 on its way: written here at any time, sent when there is a network, kept under one id however often it is sent. */
import { randomUuid, timestamp } from './clock'
import { metaValue, setMeta, type Tables, type UserDb } from './db'
import { nudge } from './nudge'

export interface FeedbackRow {
  id: string
  kind: 'complaint' | 'suggestion'
  text: string
  at: string
  /** the server has it */
  sent?: true
  /** the server does not take it as it is */
  code?: string
}

const KEY = 'feedback'
const MOST_KEPT = 50

export async function feedbackRows(db: Tables): Promise<FeedbackRow[]> {
  return (await metaValue<FeedbackRow[]>(db, KEY)) ?? []
}

export async function writeFeedback(db: UserDb, kind: FeedbackRow['kind'], text: string): Promise<void> {
  const row: FeedbackRow = { id: randomUuid(), kind, text, at: timestamp() }
  await change(db, (rows) => [row, ...rows.filter((one, at) => !one.sent || at < MOST_KEPT)])
  nudge()
}

export async function feedbackWaits(db: UserDb): Promise<boolean> {
  return (await feedbackRows(db)).some(isWaiting)
}

export const isWaiting = (row: FeedbackRow): boolean => !row.sent && row.code === undefined

export function noteFeedback(db: UserDb, id: string, became: Pick<FeedbackRow, 'sent' | 'code'>): Promise<void> {
  return change(db, (rows) => rows.map((row) => (row.id === id ? { ...row, ...became } : row)))
}

function change(db: UserDb, next: (rows: FeedbackRow[]) => FeedbackRow[]): Promise<void> {
  return db.transaction('rw', ['meta'], async (tables) => setMeta(tables, KEY, next(await feedbackRows(tables))))
}
