import { expect, test } from 'vitest'
import { openDb } from '../store/db'
import { feedbackRows, feedbackWaits, writeFeedback } from '../store/feedback'
import { sendFeedback } from './feedback'

const json = (status: number, body: unknown) => new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } })
const refused = (status: number, code: string, family: string) => json(status, { problem: { code, family, message: { zh: '不行', en: 'No' }, details: {} } })

test('what lin wrote without a network waits, goes once, and is known to have arrived', async () => {
  const db = openDb('lin-feedback')
  await writeFeedback(db, 'complaint', '照片太慢')
  await writeFeedback(db, 'suggestion', '加一个筛选')
  await expect(sendFeedback(db, () => Promise.reject(new TypeError('no line')))).rejects.toThrow()
  expect(await feedbackWaits(db)).toBe(true)

  const sent: string[] = []
  const fetch = (_: string, init: RequestInit) => { sent.push(JSON.parse(String(init.body)).text); return Promise.resolve(new Response(null, { status: 204 })) }
  await sendFeedback(db, fetch)
  await sendFeedback(db, fetch)

  expect(sent).toEqual(['照片太慢', '加一个筛选'])
  expect(await feedbackWaits(db)).toBe(false)
})

test('a message that the server does not take stays here with its reason, and the others go on', async () => {
  const db = openDb('lin-refused')
  await writeFeedback(db, 'complaint', '一')
  await writeFeedback(db, 'complaint', '二')

  await sendFeedback(db, (_, init) => Promise.resolve(String(init.body).includes('一') ? refused(422, 'invalid', 'refused') : new Response(null, { status: 204 })))

  expect((await feedbackRows(db)).map(({ text, sent, code }) => ({ text, sent, code }))).toEqual([{ text: '二', sent: true, code: undefined }, { text: '一', sent: undefined, code: 'invalid' }])
})

test('signed out, everything waits', async () => {
  const db = openDb('lin-out')
  await writeFeedback(db, 'complaint', '一')
  await expect(sendFeedback(db, () => Promise.resolve(refused(401, 'sign_in', 'barred')))).rejects.toThrow()
  expect(await feedbackWaits(db)).toBe(true)
})
