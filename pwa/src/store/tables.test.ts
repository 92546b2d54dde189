import { openDB } from 'idb'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { cleanPhone } from '../../testing/cast'
import { FULL, refusing } from '../../testing/faults'
import { onChange } from './changes'
import { beginning, Database, type Table } from './tables'

interface Row { id: string; hall: string; n?: number }

const SHAPE = { rows: { key: 'id', indexes: ['hall', '[hall+n]'] }, others: { key: 'id' } }
let database: Database
let rows: Table<Row>

const at = (database: Database) => database.tables()['rows'] as unknown as Table<Row>

beforeEach(async () => {
  await cleanPhone()
  database = new Database('hall', 10, SHAPE)
  rows = at(database)
})
afterEach(() => database.close())

test('what one transaction wrote before it failed is not there', async () => {
  const half = database.together(['rows', 'others'], true, async (tables) => {
    await tables['rows']!.add({ id: '1', hall: 'a' })
    await tables['others']!.add({ id: '1' })
    throw new Error('the screen went away')
  })
  await expect(half).rejects.toThrow('the screen went away')
  expect(await rows.count()).toBe(0)
})

test('a full phone is told from every other failure, and nothing of the batch is kept', async () => {
  refusing('rows', 'put', FULL)
  await expect(rows.bulkPut([{ id: '1', hall: 'a' }, { id: '2', hall: 'a' }])).rejects.toMatchObject({ name: 'QuotaExceededError' })
  expect(await rows.count()).toBe(0)
})

test('adding what is there already fails and changes nothing', async () => {
  await rows.add({ id: '1', hall: 'a', n: 1 })
  await expect(rows.bulkAdd([{ id: '2', hall: 'a' }, { id: '1', hall: 'b' }])).rejects.toMatchObject({ name: 'ConstraintError' })
  expect(await rows.toArray()).toEqual([{ id: '1', hall: 'a', n: 1 }])
})

test('rows are found by index, by several values, by the beginning of a pair, and by a question', async () => {
  await rows.bulkPut([{ id: '1', hall: 'a', n: 2 }, { id: '2', hall: 'a', n: 1 }, { id: '3', hall: 'b', n: 1 }, { id: '4', hall: 'c' }])
  expect(await rows.where({ hall: 'a' }).primaryKeys()).toEqual(['1', '2'])
  expect(await rows.where('hall', ['b', 'c']).count()).toBe(2)
  expect(await rows.where('[hall+n]', beginning('a')).toArray(1)).toEqual([{ id: '2', hall: 'a', n: 1 }])
  expect(await rows.filter((row) => row.n === undefined).primaryKeys()).toEqual(['4'])
  await rows.where({ hall: 'a' }).filter((row) => row.n === 2).delete()
  await rows.where({ hall: 'a' }).modify((row) => { delete row.n })
  await rows.update('3', { n: undefined })
  expect(await rows.toArray()).toEqual([{ id: '2', hall: 'a' }, { id: '3', hall: 'b' }, { id: '4', hall: 'c' }])
})

test('a connection that the system closed is opened again by the next question', async () => {
  await rows.add({ id: '1', hall: 'a' })
  const open = await (database as unknown as { open(): Promise<IDBDatabase> }).open()
  open.close()
  expect(await rows.count()).toBe(1)
})

test('a newer build is not kept waiting by an older page, and the older page goes on afterwards', async () => {
  await rows.add({ id: '1', hall: 'a' })
  const newer = new Database('hall', 11, { ...SHAPE, added: { key: 'id' } })
  expect(await at(newer).count()).toBe(1)
  await rows.add({ id: '2', hall: 'a' })
  expect(await at(newer).count()).toBe(2)
  newer.close()
})

test('a database that an earlier build made is grown, never emptied', async () => {
  const before = await openDB('hall', 5, { upgrade: (db) => void db.createObjectStore('rows', { keyPath: 'id' }) })
  await before.put('rows', { id: '1', hall: 'a' })
  before.close()
  expect(await rows.where({ hall: 'a' }).count()).toBe(1)
})

test('what is called closed answers nothing more', async () => {
  database.close()
  await expect(rows.count()).rejects.toThrow('hall is closed')
})

test('a change is announced once it is durable, with its tables; a question and a failure are not', async () => {
  const heard = vi.fn()
  const deaf = onChange(heard)
  await rows.toArray()
  await database.together(['rows', 'others'], true, async (tables) => { await tables['others']!.put({ id: '1' }) })
  await database.together(['rows'], true, async (tables) => {
    await tables['rows']!.put({ id: '1', hall: 'a' })
    throw new Error('no')
  }).catch(() => undefined)
  expect(heard.mock.calls).toEqual([['hall', ['others']]])
  deaf()
})
