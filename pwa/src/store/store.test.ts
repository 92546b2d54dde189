import { beforeEach, expect, test, vi } from 'vitest'
import { aPhone, aServer, cleanPhone, LIN, reopened, says, SHIQIAO, ZHAO, type Phone } from '../../testing/cast'
import { FULL, refusing } from '../../testing/faults'
import { setOp, value } from '../core/oplog'
import { readState, write } from './documents'
import { isStorageFull } from './failures'
import { onNudge } from './nudge'
import { counts } from './pending'
import { keepPhoto, sha256Of } from './photos'
import { currentUser, deviceId, preference, rememberUser, setPreference } from './shared'

let phone: Phone

beforeEach(async () => {
  vi.restoreAllMocks()
  await cleanPhone()
  phone = await aPhone(aServer(), LIN)
})

const photo = () => ({
  inspection: SHIQIAO, indicator: '1.2', finding: null, kind: 'signage', source: 'camera' as const,
  bytes: new Uint8Array(1000).buffer, width: 1, height: 1, position: null, name: '1.jpg',
})

test('what was called saved is there after the browser was killed, and the next number follows', async () => {
  const first = await says(phone, 'answer/1.1/verdict', 'met')
  phone = reopened(phone)
  const second = await says(phone, 'answer/1.1/verdict', 'not_met')
  expect([first.seq, second.seq]).toEqual([1, 2])
  expect(second.over).toEqual([first.id])
  expect(value((await readState(phone.db, SHIQIAO)).state, 'answer/1.1/verdict')).toBe('not_met')
})

test('a write that fails half-way leaves nothing: no step, no outbox row, no number used', async () => {
  const half = write(phone.db, SHIQIAO, (state, pen) => {
    setOp(state, pen, 'answer/1.1/verdict', 'met')
    throw new Error('the screen went away')
  })
  await expect(half).rejects.toThrow('the screen went away')
  const failing = refusing('outbox', 'add', new Error('disk'))
  await expect(says(phone, 'answer/1.1/verdict', 'met')).rejects.toThrow('disk')
  expect(failing()).toBe(true)

  expect(await phone.db.ops.count()).toBe(0)
  expect(await counts(phone.db)).toMatchObject({ ops_waiting: 0 })
  expect((await says(phone, 'answer/1.1/verdict', 'met')).seq).toBe(1)
})

test('a draft that no server would take is refused before the screen says saved', async () => {
  await expect(says(phone, 'answer/1.1/verdict', 'perhaps')).rejects.toThrow()
  expect(await phone.db.ops.count()).toBe(0)
})

test('every write is heard, an empty one is not', async () => {
  const heard = vi.fn()
  const deaf = onNudge(heard)
  await write(phone.db, SHIQIAO, () => [])
  expect(heard).not.toHaveBeenCalled()
  await says(phone, 'answer/1.1/verdict', 'met')
  expect(heard).toHaveBeenCalledOnce()
  deaf()
})

test('on a full phone a photo is said to be not saved, and text goes on', async () => {
  const full = refusing('bytes', 'add', FULL)
  await expect(keepPhoto(phone.db, photo())).rejects.toMatchObject({ code: 'phone.storage_full', family: 'refused' })
  expect(full()).toBe(true)
  expect(await phone.db.photos.count()).toBe(0)
  expect(await phone.db.ops.count()).toBe(0)
  await says(phone, 'answer/1.1/note', '照片没存下')
  expect(await counts(phone.db)).toEqual({ ops_waiting: 1, photos_waiting: 0, held: 0 })
})

test('want of room is known as such', () => {
  expect(isStorageFull(FULL)).toBe(true)
  expect(isStorageFull(new Error('other'))).toBe(false)
})

test('a photo keeps the hash of its exact bytes', async () => {
  const { sha256 } = await keepPhoto(phone.db, photo())
  expect(sha256).toBe(await sha256Of(new Uint8Array(1000).buffer))
  const [op] = (await readState(phone.db, SHIQIAO)).ops
  expect(op!.value).toMatchObject({ sha256, size: 1000, source: 'camera', position: null })
})

test('two tabs that ask for the phone\'s name at once get one name', async () => {
  const names = await Promise.all([deviceId(), deviceId(), deviceId()])
  expect(new Set(names).size).toBe(1)
  expect(names[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
})

test('signing out forgets the person and none of the work', async () => {
  await says(phone, 'answer/1.1/verdict', 'met')
  await setPreference('language', 'en')
  await rememberUser(null)
  expect(await currentUser()).toBeNull()
  expect(await preference('language')).toBe('en')
  expect(await counts(phone.db)).toMatchObject({ ops_waiting: 1 })
  await rememberUser(ZHAO)
  expect((await currentUser())!.username).toBe('zhao')
})
