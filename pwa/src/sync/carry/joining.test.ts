import jsQR from 'jsqr'
import qrcode from 'qrcode-generator'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { aPhone, aServer, cleanPhone, LIN, says, SHIQIAO, visit, ZHAO, type Phone } from '../../../testing/cast'
import { problem, type FakeServer } from '../../../testing/fakeServer'
import { value } from '../../core/oplog'
import { clock } from '../../store/clock'
import { readState } from '../../store/documents'
import { checklist, inspection } from '../../store/inspections'
import { keepPhoto } from '../../store/photos'
import { counts, heldRows } from '../../store/pending'
import { rememberUser } from '../../store/shared'
import { syncOnce } from '../engine'
import { invite, join, readInvitation } from './joining'

let server: FakeServer
let lin: Phone

beforeEach(async () => {
  await cleanPhone()
  server = aServer()
  lin = await aPhone(server, LIN)
  await syncOnce(lin.db, lin.transport)
})

/** From one screen to the other camera: drawn as pixels, read from pixels. */
function throughTheAir(text: string): string {
  const code = qrcode(0, 'M')
  code.addData(text, 'Byte')
  code.make()
  const size = code.getModuleCount()
  const [pixel, edge] = [4, 16]
  const side = size * pixel + 2 * edge
  const image = new Uint8ClampedArray(side * side * 4).fill(255)
  for (let y = edge; y < side - edge; y++) {
    for (let x = edge; x < side - edge; x++) {
      if (code.isDark(Math.floor((y - edge) / pixel), Math.floor((x - edge) / pixel))) image.fill(0, (y * side + x) * 4, (y * side + x) * 4 + 3)
    }
  }
  return jsQR(image, side, side)!.data
}

const online = (phone: Phone) => syncOnce(phone.db, phone.transport)

/** Zhao's phone holds the checklist from another visit; the server has told it nothing of this one. */
async function zhaoWithout(visits: string[] = []): Promise<Phone> {
  server.areas.set(ZHAO.id, new Set(visits))
  const zhao = await aPhone(server, ZHAO)
  const { digest } = visit(SHIQIAO).checklist
  await zhao.db.checklists.put({ digest, content: (await checklist(lin.db, digest))! })
  return zhao
}

describe('a code on a colleague\'s screen', () => {
  test('survives being drawn and read, Chinese words and all, and never names the site', async () => {
    const text = await invite(lin.db, SHIQIAO)
    const read = readInvitation(throughTheAir(text))
    expect(read).toMatchObject({ inspection: SHIQIAO, checklist: { slug: 'county-grading', version: '2022.1' }, words: '评定', inviter: { id: LIN.id, name: '林' } })
    expect(text).toMatch(/^[\x20-\x7e]+$/)
    expect(JSON.stringify(read)).not.toContain('石桥')
    expect(read.seal).toMatch(/^[0-9a-f]{64}$/)
  })

  test.each(['', 'https://example.test/', 'MINGCHA1', 'MINGCHA1{}', 'MINGCHA1[1]', 'MINGCHA1{"i":"x"}', `MINGCHA1{"i":${'['.repeat(3000)}`])('that is none of ours (%s) is told so', (text) => {
    expect(() => readInvitation(text)).toThrowError(expect.objectContaining({ code: 'phone.invitation_unreadable' }))
  })

  test('opens the visit before either phone has seen the server; what both wrote meets there', async () => {
    const text = throughTheAir(await invite(lin.db, SHIQIAO))
    await says(lin, 'answer/1.1/verdict', 'met')
    const zhao = await zhaoWithout()
    expect(await join(zhao.db, readInvitation(text))).toEqual({ id: SHIQIAO, ready: true, known: false })
    await says(zhao, 'answer/1.2/verdict', 'not_met')
    expect(value((await readState(zhao.db, SHIQIAO)).state, 'answer/1.2/verdict')).toBe('not_met')

    server.areas.set(ZHAO.id, new Set([SHIQIAO]))
    expect(await online(zhao)).toMatchObject({ outcome: 'done', held: 0, left: false })
    await rememberUser(LIN)
    await online(lin)

    expect(value((await readState(lin.db, SHIQIAO)).state, 'answer/1.2/verdict')).toBe('not_met')
    const met = await inspection(zhao.db, SHIQIAO)
    expect(met).toMatchObject({ site: { name: { zh: '石桥镇' } } })
    expect(met!.joined).toBeUndefined()
    expect(met!.prepared_at).toBeDefined()
  })

  test('of a visit whose team one is not on: the work stands on the phone, is held with its reason, and goes in once admitted', async () => {
    const text = await invite(lin.db, SHIQIAO)
    const zhao = await zhaoWithout()
    await join(zhao.db, readInvitation(text))
    await says(zhao, 'answer/1.2/verdict', 'not_met')

    expect(await online(zhao)).toMatchObject({ outcome: 'done', held: 1 })
    expect((await heldRows(zhao.db)).map(({ code }) => code)).toEqual(['join.waiting'])
    expect(value((await readState(zhao.db, SHIQIAO)).state, 'answer/1.2/verdict')).toBe('not_met')
    expect((await inspection(zhao.db, SHIQIAO))!.joined!.standing).toBe('waiting')

    server.areas.set(ZHAO.id, new Set([SHIQIAO]))
    expect(await online(zhao)).toMatchObject({ outcome: 'done', left: false })
    expect(server.log.map((op) => op.author)).toEqual([ZHAO.id])
    expect(await counts(zhao.db)).toEqual({ ops_waiting: 0, photos_waiting: 0, held: 0 })
  })

  test('is brought the joiner\'s photos too, once a supervisor has admitted them', async () => {
    const zhao = await zhaoWithout()
    await join(zhao.db, readInvitation(await invite(lin.db, SHIQIAO)))
    const { id, sha256 } = await keepPhoto(zhao.db, {
      inspection: SHIQIAO, indicator: '1.2', finding: null, kind: 'scene', source: 'camera', bytes: new Uint8Array(1000).buffer,
      width: 10, height: 10, position: null, name: '1.jpg',
    })
    server.plant('/api/v1/uploads', { kind: 'answer', response: () => problem(404, 'not_found', 'refused') })
    await online(zhao)
    expect(server.photos.size).toBe(0)

    server.areas.set(ZHAO.id, new Set([SHIQIAO]))
    expect(await online(zhao)).toMatchObject({ outcome: 'done', photos: 1, left: false })
    expect(server.photos.get(id)).toBe(sha256)
  })

  test('with another\'s seal opens the visit here, and the server says that it is no invitation', async () => {
    const said = readInvitation(await invite(lin.db, SHIQIAO))
    const zhao = await zhaoWithout()
    await join(zhao.db, { ...said, seal: '0'.repeat(64) })
    await online(zhao)
    expect((await inspection(zhao.db, SHIQIAO))!.joined!.standing).toBe('join.invitation')
    expect(server.wishes.size).toBe(0)
  })

  test('of a checklist that is not on the phone says so, keeps the visit, and is ready after the next network', async () => {
    const said = readInvitation(await invite(lin.db, SHIQIAO))
    const zhao = await zhaoWithout()
    await zhao.db.checklists.bulkDelete(await zhao.db.checklists.keys())
    expect(await join(zhao.db, said)).toMatchObject({ ready: false })
    await online(zhao)
    expect(await checklist(zhao.db, said.checklist.digest)).toBeDefined()
  })

  test('of a visit that is here already changes nothing', async () => {
    const said = readInvitation(await invite(lin.db, SHIQIAO))
    const zhao = await zhaoWithout([SHIQIAO])
    await online(zhao)
    const before = await inspection(zhao.db, SHIQIAO)
    expect(await join(zhao.db, said)).toMatchObject({ known: true })
    expect(await inspection(zhao.db, SHIQIAO)).toEqual(before)
  })
})

test('a visit that its inviter began without a network is asked for again, until the server knows of it', async () => {
  const said = { ...readInvitation(await invite(lin.db, SHIQIAO)), inspection: '33333333-3333-4333-8333-333333333333' }
  const zhao = await zhaoWithout()
  await join(zhao.db, said)
  await online(zhao)
  expect((await inspection(zhao.db, said.inspection))!.joined!.standing).toBe('join.invitation')
  server.asked.length = 0
  await online(zhao)
  expect(server.asked).not.toContain('POST /api/v1/joins')
  server.visits.set(said.inspection, { ...visit(SHIQIAO), id: said.inspection })
  server.areas.set(ZHAO.id, new Set([said.inspection]))
  const now = vi.spyOn(clock, 'now').mockReturnValue(Date.now() + 3 * 60_000)
  await online(zhao)
  now.mockRestore()
  expect(server.asked).toContain('POST /api/v1/joins')
  expect((await inspection(zhao.db, said.inspection))!.joined).toBeUndefined()
})

test('a phone that never got its key invites all the same: who is on the team needs no seal', async () => {
  await lin.db.meta.delete('seal')
  const said = readInvitation(await invite(lin.db, SHIQIAO))
  expect(said.seal).toBe('')
  const zhao = await zhaoWithout([SHIQIAO])
  await join(zhao.db, said)
  await says(zhao, 'answer/1.2/verdict', 'met')
  expect(await online(zhao)).toMatchObject({ held: 0, left: false })
})
