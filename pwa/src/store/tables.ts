/**
 * An IndexedDB database as tables, over `idb`. Knows nothing of what lies in them.
 *
 * A call on a table of the database is a transaction of its own. `transaction` hands out tables that work together: inside
 * it only those may be used, and nothing but them awaited, or the browser ends it. Writes are strict: what resolved has been
 * flushed, where the browser can promise that. A connection that iOS or a newer tab closed is opened again by the next call,
 * and an older build opens a newer database as it is.
 */

import { openDB, type IDBPDatabase, type IDBPObjectStore, type IDBPTransaction } from 'idb'
import { announce } from './changes'

/** Key path of each table, and its indexes: `inspection`, or `[inspection+target]` over two fields. */
export type Shape = Record<string, { key: string; indexes?: string[] }>

type Key = string | number | (string | number)[]
type Store = IDBPObjectStore<unknown, string[], string, 'readonly' | 'readwrite'>
type Writable = IDBPObjectStore<unknown, string[], string, 'readwrite'>
type Row = Record<string, unknown>
/** Runs `work` on a table's store, in a transaction of its own or in the one that is open. */
type Run = <R>(table: string, write: boolean, work: (store: Store) => Promise<R>) => Promise<R>

export class Database {
  private connection: Promise<IDBPDatabase> | undefined
  private closed = false

  constructor(readonly name: string, private readonly version: number, private readonly shape: Shape) {}

  /** By name; each call is a transaction of its own. */
  tables(): Record<string, Table<Row>> {
    return this.through(Object.keys(this.shape), (table, write, work) => this.inOne([table], write, (run) => run(table, write, work)))
  }

  /** Everything that `work` does through the tables that it is given, or nothing. */
  together<R>(names: string[], write: boolean, work: (tables: Record<string, Table<Row>>) => Promise<R>): Promise<R> {
    return this.inOne(names, write, (run) => work(this.through(names, run)))
  }

  private through(names: string[], run: Run): Record<string, Table<Row>> {
    return Object.fromEntries(names.map((name) => [name, new Table<Row>(name, this.shape[name]!.key, run)]))
  }

  /** The changed tables are announced when all is durable. */
  private async inOne<R>(names: string[], write: boolean, work: (run: Run) => Promise<R>): Promise<R> {
    const transaction = await this.begin(names, write)
    const changed = new Set<string>()
    const done = transaction.done.then(() => undefined, (why: unknown) => why ?? transaction.error ?? new Error('aborted'))
    const run: Run = (table, writes, act) => {
      if (writes) changed.add(table)
      return act(transaction.objectStore(table))
    }
    try {
      const result = await work(run)
      if (!write) return result
      const fault = await done
      if (fault) throw fault
      if (changed.size) announce(this.name, [...changed])
      return result
    } catch (fault) {
      try { transaction.abort() } catch { /* it has ended already */ }
      await done
      throw transaction.error ?? fault
    }
  }

  /** For good: whatever is asked afterwards fails. */
  close(): void {
    this.closed = true
    void this.connection?.then((open) => open.close(), () => undefined)
    this.connection = undefined
  }

  private async begin(names: string[], write: boolean): Promise<IDBPTransaction<unknown, string[], 'readonly' | 'readwrite'>> {
    const start = async () => (await this.open()).transaction(names, write ? 'readwrite' : 'readonly', { durability: 'strict' })
    try {
      return await start()
    } catch (fault) {
      if ((fault as DOMException).name !== 'InvalidStateError') throw fault
      this.connection = undefined
      return start()
    }
  }

  private open(): Promise<IDBPDatabase> {
    if (this.closed) throw new Error(`${this.name} is closed`)
    if (this.connection) return this.connection
    const forget = () => { this.connection = undefined }
    const opening = this.connect(this.version, forget).catch((fault: DOMException) => {
      if (fault.name !== 'VersionError') throw fault
      return this.connect(undefined, forget)
    })
    opening.catch(forget)
    return (this.connection = opening)
  }

  private connect(version: number | undefined, forget: () => void): Promise<IDBPDatabase> {
    return openDB(this.name, version, {
      upgrade: (db, _old, _new, transaction) => grow(this.shape, db, transaction),
      blocking(_now, _wanted, event) {
        forget();
        (event.target as IDBDatabase).close()
      },
      terminated: forget,
    })
  }
}

/** Adds what is missing; nothing that an older build may still use goes away. */
function grow(shape: Shape, db: IDBPDatabase, transaction: IDBPTransaction<unknown, string[], 'versionchange'>): void {
  for (const [name, { key, indexes = [] }] of Object.entries(shape)) {
    const store = db.objectStoreNames.contains(name) ? transaction.objectStore(name) : db.createObjectStore(name, { keyPath: key })
    for (const index of indexes) {
      if (!store.indexNames.contains(index)) store.createIndex(index, index.startsWith('[') ? index.slice(1, -1).split('+') : index)
    }
  }
}

/** A database's tables by name, and the way to use several of them together. */
export type Opened<T> = T & {
  readonly name: string
  /** Everything that `work` does through `tables`, or nothing. Nothing but they may be awaited in it. */
  transaction<R>(mode: 'r' | 'rw', names: (keyof T & string)[], work: (tables: T) => Promise<R>): Promise<R>
  close(): void
}

export function opened<T>(database: Database): Opened<T> {
  return {
    ...(database.tables() as unknown as T),
    name: database.name,
    transaction: (mode, names, work) => database.together(names, mode === 'rw', (tables) => work(tables as unknown as T)),
    close: () => database.close(),
  }
}

export class Table<T extends object> {
  constructor(readonly name: string, private readonly key: string, private readonly run: Run) {}

  get(key: Key): Promise<T | undefined> {
    return this.read((store) => store.get(key as IDBValidKey)) as Promise<T | undefined>
  }

  /** In the order of `keys`; undefined where there is none. */
  bulkGet(keys: Key[]): Promise<(T | undefined)[]> {
    return this.read((store) => Promise.all(keys.map((key) => store.get(key as IDBValidKey)))) as Promise<(T | undefined)[]>
  }

  toArray(): Promise<T[]> {
    return this.read((store) => store.getAll()) as Promise<T[]>
  }

  keys(): Promise<string[]> {
    return this.read((store) => store.getAllKeys()) as Promise<string[]>
  }

  count(): Promise<number> {
    return this.read((store) => store.count())
  }

  /** Fails if there is one already. */
  add(row: T): Promise<void> {
    return this.bulkAdd([row])
  }

  put(row: T): Promise<void> {
    return this.bulkPut([row])
  }

  delete(key: Key): Promise<void> {
    return this.bulkDelete([key])
  }

  bulkAdd(rows: T[]): Promise<void> {
    return this.write(rows, (store, row) => store.add(row))
  }

  bulkPut(rows: T[]): Promise<void> {
    return this.write(rows, (store, row) => store.put(row))
  }

  bulkDelete(keys: Key[]): Promise<void> {
    return this.write(keys, (store, key) => store.delete(key as IDBValidKey))
  }

  /** Changes some fields; a field set to undefined goes. Nothing happens where there is no such row. */
  async update(key: Key, changes: Partial<T>): Promise<void> {
    await this.run(this.name, true, async (store) => {
      const row = (await store.get(key as IDBValidKey)) as Row | undefined
      if (row) await (store as Writable).put(changed(row, changes))
    })
  }

  /** The rows whose index (or key) has this value, or one of these: `where({ inspection })`, `where('state', ['local', 'uploaded'])`. */
  where(fields: Partial<T>): Rows<T>
  where(index: string, values: Key[]): Rows<T>
  where(index: string, range: IDBKeyRange): Rows<T>
  where(asked: string | Partial<T>, of?: Key[] | IDBKeyRange): Rows<T> {
    if (typeof asked === 'string') return new Rows(this.name, this.key, asked, of!, this.run)
    const [[field, value]] = Object.entries(asked) as [[string, Key]]
    return new Rows(this.name, this.key, field, [value], this.run)
  }

  filter(keep: (row: T) => boolean): Rows<T> {
    return new Rows(this.name, this.key, this.key, [], this.run, keep)
  }

  private read<R>(work: (store: Store) => Promise<R>): Promise<R> {
    return this.run(this.name, false, work)
  }

  private async write<V>(all: V[], act: (store: Writable, one: V) => Promise<unknown>): Promise<void> {
    if (all.length) await this.run(this.name, true, async (store) => void (await Promise.all(all.map((one) => act(store as Writable, one)))))
  }
}

/** Some rows of a table: by an index, and by what `filter` keeps of them. No values means every row. */
export class Rows<T extends object> {
  constructor(
    private readonly table: string,
    private readonly key: string,
    private readonly index: string,
    private readonly of: Key[] | IDBKeyRange,
    private readonly run: Run,
    private readonly keep?: (row: T) => boolean,
  ) {}

  filter(keep: (row: T) => boolean): Rows<T> {
    const before = this.keep
    return new Rows(this.table, this.key, this.index, this.of, this.run, before ? (row) => before(row) && keep(row) : keep)
  }

  toArray(most?: number): Promise<T[]> {
    return this.run(this.table, false, (store) => this.rows(store, most))
  }

  primaryKeys(): Promise<string[]> {
    return this.run(this.table, false, (store) => this.keysIn(store))
  }

  async count(): Promise<number> {
    return (await this.primaryKeys()).length
  }

  async delete(): Promise<void> {
    await this.run(this.table, true, async (store) => {
      for (const key of await this.keysIn(store)) await (store as Writable).delete(key)
    })
  }

  /** `change` alters the row that it is given. */
  async modify(change: (row: T) => void): Promise<void> {
    await this.run(this.table, true, async (store) => {
      for (const row of await this.rows(store)) {
        change(row)
        await (store as Writable).put(row)
      }
    })
  }

  private async rows(store: Store, most?: number): Promise<T[]> {
    const found = (await Promise.all(this.ranges().map((range) => this.from(store).getAll(range, most)))).flat() as T[]
    return this.keep ? found.filter(this.keep) : found
  }

  private async keysIn(store: Store): Promise<string[]> {
    if (this.keep) return (await this.rows(store)).map((row) => (row as Row)[this.key] as string)
    return (await Promise.all(this.ranges().map((range) => this.from(store).getAllKeys(range)))).flat() as string[]
  }

  private from(store: Store) {
    return this.index === this.key ? store : store.index(this.index)
  }

  private ranges(): (IDBKeyRange | undefined)[] {
    return Array.isArray(this.of) ? (this.of.length ? this.of.map((one) => IDBKeyRange.only(one)) : [undefined]) : [this.of]
  }
}

function changed(row: Row, changes: Row): Row {
  const next: Row = { ...row, ...changes }
  for (const [field, value] of Object.entries(changes)) if (value === undefined) delete next[field]
  return next
}

/** Every row whose compound index begins so: `beginning('held')` over `[state+seq]`. */
export function beginning(...first: string[]): IDBKeyRange {
  return IDBKeyRange.bound([...first, -Infinity], [...first, Infinity])
}
