/**
 * A small true server for tests: the sync protocol, sessions, checklists and tus 1.0 in memory, over the real merge core.
 * It speaks only through `fetch`, so that what the phone makes of an answer is tested too. Faults are planted one by one.
 */

import { createHash, createHmac } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { canonical, type Json } from '../src/core/canonical'
import { outcomes, parseOp, RefusedOp, type Op } from '../src/core/oplog'
import type { Fetch } from '../src/sync/http'
import type { InspectionMeta } from '../src/store/db'

/** What happens to the next request of a path: before it is handled, or to its answer. */
export type Fault =
  | { kind: 'lost' }
  | { kind: 'reply lost' }
  | { kind: 'silence' }
  | { kind: 'answer'; response: () => Response }

interface Told {
  id: string
  site: string
  checklist: string
  team: string[]
  author: string
  device: string
}

interface TusUpload {
  photo: string
  sha256: string
  length: number
  bytes: Uint8Array
}

export class FakeServer {
  readonly log: (Op & { received_at: string })[] = []
  readonly held = new Map<string, { op: Op; code: string }>()
  readonly visits = new Map<string, InspectionMeta>()
  /** User id → the visits in that user's area. */
  readonly areas = new Map<string, Set<string>>()
  readonly checklists = new Map<string, string>()
  readonly photos = new Map<string, string>()
  readonly uploads = new Map<string, TusUpload>()
  readonly asked: string[] = []
  readonly batches: Op[][] = []
  readonly cursors: (string | null)[] = []
  /** `user inspection` of those who were invited and wait for a supervisor. */
  readonly wishes = new Set<string>()
  /** Sites that are closed; users whom a recusal keeps away from everything. */
  readonly closed = new Set<string>()
  readonly recused = new Set<string>()
  epoch = 'epoch-1'
  /** Whether it takes zipped bodies; how many came. */
  unzips = true
  zipped = 0
  page = 500
  mostBytes = 512 * 1024
  skew_ms = 0
  /** Hold these, with this code. */
  hold: (op: Op) => string | undefined = () => undefined
  /** Refuse the whole request, as a server that chokes on one op would. */
  choke: (op: Op) => boolean = () => false
  /** These users' devices were revoked: all that comes is held. */
  readonly revoked = new Set<string>()
  private faults: { path: string; fault: Fault }[] = []
  private number = 0

  plant(path: string, ...faults: Fault[]): void {
    this.faults.push(...faults.map((fault) => ({ path, fault })))
  }

  /** A browser whose cookie belongs to `user` (null: signed out). */
  browser(user: { id: string } | null): { fetch: Fetch; user: { id: string } | null } {
    const browser = {
      user,
      fetch: (async (url, init) => {
        const { pathname } = new URL(url)
        this.asked.push(`${init.method ?? 'GET'} ${pathname}`)
        const at = this.faults.findIndex(({ path }) => pathname.startsWith(path))
        const fault = at < 0 ? undefined : this.faults.splice(at, 1)[0]!.fault
        if (fault?.kind === 'answer') return fault.response()
        if (fault?.kind === 'lost') throw new TypeError('Failed to fetch')
        if (fault?.kind === 'silence') return silence(init.signal as AbortSignal)
        const response = await this.handle(pathname, init, browser.user, url)
        if (fault?.kind === 'reply lost') throw new TypeError('network changed')
        return response
      }) as Fetch,
    }
    return browser
  }

  /** A copy of now, to be put back by `restore`. */
  backup(): { ops: number; photos: [string, string][] } {
    return { ops: this.log.length, photos: [...this.photos] }
  }

  restore(copy: { ops: number; photos: [string, string][] }, epoch: string): void {
    this.log.splice(copy.ops)
    this.photos.clear()
    for (const [id, hash] of copy.photos) this.photos.set(id, hash)
    this.uploads.clear()
    this.epoch = epoch
  }

  private async handle(path: string, init: RequestInit, user: { id: string } | null, url: string): Promise<Response> {
    if (!user) return problem(401, 'sign_in', 'barred')
    if ((new Headers(init.headers).get('X-Mingcha-User') ?? user.id) !== user.id) return problem(403, 'sync.other_person', 'barred')
    if (path.startsWith('/api/v1/uploads')) return this.tus(path, init)
    if (this.revoked.has(user.id) && path === '/api/v1/session' && init.method === 'DELETE') return new Response(null, { status: 204 })
    if (this.revoked.has(user.id) && path !== '/api/v1/sync' && !path.startsWith('/api/v1/uploads')) return problem(401, 'sign_in', 'barred')
    if (path.startsWith('/api/v1/checklists/')) {
      const text = this.checklists.get(path.split('/').at(-1)!)
      return text ? new Response(text, { headers: { 'Content-Type': 'application/json' } }) : problem(404, 'not_found', 'refused')
    }
    if (path === '/api/v1/session') return json({ user, csrf: '1' })
    if (path === '/api/v1/seal') return json({ key: this.keyOf(user.id, new URL(url).searchParams.get('device')!) })
    const body = await this.bodyOf(init)
    if (body === undefined) return problem(415, 'not_json', 'refused')
    if (path === '/api/v1/rescue') return this.rescue(body, user.id)
    if (path === '/api/v1/visits') return this.begin(body, user.id)
    if (path === '/api/v1/joins') return this.join(body, user.id)
    if (path === '/api/v1/sync') return this.sync(body, user.id)
    return problem(404, 'no_such_path', 'refused')
  }

  private async bodyOf(init: RequestInit): Promise<string | undefined> {
    if (!(init.body instanceof Blob)) return String(init.body)
    if (!this.unzips || new Headers(init.headers).get('Content-Encoding') !== 'gzip') return undefined
    this.zipped++
    return gunzipSync(Buffer.from(await init.body.arrayBuffer())).toString()
  }

  keyOf(account: string, device: string): string {
    return createHmac('sha256', 'secret').update(`${account}|${device}`).digest('hex')
  }

  private sealed(account: string, device: string, text: string, seal: unknown): boolean {
    return createHmac('sha256', Buffer.from(this.keyOf(account, device), 'hex')).update(text).digest('hex') === seal
  }

  private isOn(user: string, inspection: string): boolean {
    return this.areas.get(user)?.has(inspection) ?? false
  }

  private rescue(text: string, _carrier: string): Response {
    const { ops } = JSON.parse(text) as { ops: { op: Op; seal: string | null }[] }
    const results = (ops as (typeof ops[number] & { visit?: Told })[]).map(({ op, seal, visit }) => {
      if (visit) return this.sealed(visit.author, visit.device, `mingcha visit 1\n${canonical(visit as unknown as Json)}`, seal) ? this.announced(visit) : { id: visit.id, outcome: 'held', code: 'rescue.seal' }
      const why = !this.visits.has(op.inspection) ? 'not_found'
        : !this.isOn(op.author, op.inspection) ? 'rescue.author'
          : !this.sealed(op.author, op.device, canonical(op as unknown as Json), seal) ? 'rescue.seal' : undefined
      if (why) this.held.set(op.id, { op, code: why })
      return why ? { id: op.id, outcome: 'held', code: why } : this.take(op, op.author)
    })
    return json({ results })
  }

  /** A visit in the place of an op: made, or held with the reason. */
  private announced(visit: Told): { id: string; outcome: string; code?: string } {
    const known = this.visits.has(visit.id)
    const answer = this.begin(JSON.stringify(visit), visit.author)
    return answer.ok ? { id: visit.id, outcome: known ? 'duplicate' : 'applied' } : { id: visit.id, outcome: 'held', code: 'visit.site_closed' }
  }

  private begin(text: string, user: string): Response {
    const said = JSON.parse(text) as { id: string; site: string; checklist: string; team: string[] }
    if (this.closed.has(said.site)) return problem(409, 'visit.site_closed', 'contested')
    const team = [user, ...said.team]
    if (team.some((one) => this.recused.has(one))) return problem(409, 'draw.recused', 'contested')
    if (this.visits.has(said.id)) return this.isOn(user, said.id) ? json({ inspection: this.visits.get(said.id) }, 201) : problem(409, 'visit.id_taken', 'contested')
    const inspection: InspectionMeta = {
      id: said.id, site: { id: said.site, name: { zh: said.site, en: said.site }, region: '990123101', address: '' },
      checklist: { slug: 'county-grading', version: '2022.1', digest: said.checklist, title: { zh: '评定', en: 'Grading' } },
      team: team.map((id) => ({ id, name: id })), state: 'assigned', campaign: null, campaign_title: '临时检查', visit_on: '2026-09-21', updated_seq: 1,
    }
    this.visits.set(said.id, inspection)
    for (const one of team) this.areas.set(one, new Set([...(this.areas.get(one) ?? []), said.id]))
    return json({ inspection }, 201)
  }

  private join(text: string, user: string): Response {
    const said = JSON.parse(text) as Record<string, string>
    if (this.isOn(user, said['inspection']!)) return json({ standing: 'member' })
    const words = ['mingcha join 1', ...['inspection', 'checklist', 'inviter', 'device', 'at'].map((name) => said[name])].join('\n')
    if (!this.sealed(said['inviter']!, said['device']!, words, said['seal'])) return problem(422, 'join.invitation', 'refused')
    this.wishes.add(`${user} ${said['inspection']}`)
    return json({ standing: 'waiting' })
  }

  private sync(text: string, user: string): Response {
    if (Buffer.byteLength(text) > this.mostBytes) return problem(413, 'too_large', 'refused')
    const asked = JSON.parse(text) as { cursor: string | null; ops: Op[]; most?: number }
    this.cursors.push(asked.cursor)
    if (asked.ops.some(this.choke)) return problem(400, 'malformed', 'refused')
    if (asked.ops.length) this.batches.push(asked.ops)
    const results = asked.ops.map((raw) => this.take(raw, user))
    const area = this.areas.get(user) ?? new Set()
    const known = readCursor(asked.cursor, this.epoch)
    const visits = [...area].filter((id) => !known.visits.includes(id))
    const gone = known.visits.filter((id) => !area.has(id))
    const fresh = this.log
      .map((op, i) => ({ op, n: i + 1 }))
      .filter(({ op, n }) => area.has(op.inspection) && (n > known.upto || visits.includes(op.inspection)))
    const some = fresh.slice(0, Math.min(this.page, asked.most ?? this.page))
    const more = fresh.length > some.length
    const upto = more ? some.at(-1)!.n : this.log.length
    const changes = [
      ...visits.map((id) => ({ kind: 'inspection', inspection: this.visits.get(id)! })),
      ...some.map(({ op }) => ({ kind: 'op', op })),
    ]
    const cursor = JSON.stringify({ epoch: this.epoch, upto, visits: [...area] })
    const server_time = new Date(Date.now() + this.skew_ms).toISOString()
    if (this.revoked.has(user)) return json({ results, changes: [], gone: known.visits, cursor: asked.cursor ?? '', more: false, epoch: this.epoch, server_time, revoked: true })
    return json({ results, changes, gone, cursor, more, epoch: this.epoch, server_time })
  }

  take(raw: Op & { visit?: Told; move?: Op }, user: string): { id: string; outcome: string; code?: string } {
    if (raw.visit) return this.announced(raw.visit)
    if (raw.move) {
      this.held.set(raw.move.id, { op: raw.move, code: 'op.device_revoked' })
      return { id: raw.move.id, outcome: 'held', code: 'op.device_revoked' }
    }
    let op: Op
    try {
      op = parseOp(raw as unknown as Json)
    } catch (refused) {
      if (!(refused instanceof RefusedOp)) throw refused
      return { id: raw.id, outcome: 'held', code: refused.code }
    }
    const foreign = this.isOn(user, op.inspection) ? undefined : this.wishes.has(`${user} ${op.inspection}`) ? 'join.waiting' : undefined
    const code = this.revoked.has(user) ? 'op.device_revoked' : op.author !== user ? 'op.author' : (foreign ?? this.hold(op))
    if (code) {
      this.held.set(op.id, { op, code })
      return { id: op.id, outcome: 'held', code }
    }
    const before = this.log.filter((known) => known.inspection === op.inspection).map(withoutReceipt)
    const outcome = outcomes(before, [op])[op.id]!
    if (outcome.includes('.')) return { id: op.id, outcome: 'held', code: outcome }
    if (outcome !== 'duplicate') this.log.push({ ...op, received_at: new Date().toISOString() })
    return { id: op.id, outcome }
  }

  private async tus(path: string, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers)
    const body = init.body ? new Uint8Array(await (init.body as Blob).arrayBuffer()) : new Uint8Array()
    if (init.method === 'POST') {
      const given = Object.fromEntries(
        headers.get('Upload-Metadata')!.split(',').map((pair) => {
          const [key, value] = pair.split(' ')
          return [key!, Buffer.from(value!, 'base64').toString()]
        }),
      )
      const id = `u${++this.number}`
      const length = Number(headers.get('Upload-Length'))
      this.uploads.set(id, { photo: given['photo']!, sha256: given['sha256']!, length, bytes: body })
      return this.progress(id, 201)
    }
    const id = path.split('/').at(-1)!
    const upload = this.uploads.get(id)
    if (!upload) return problem(404, 'not_found', 'refused')
    if (init.method === 'HEAD') return this.progress(id, 200)
    if (Number(headers.get('Upload-Offset')) !== upload.bytes.length) return problem(409, 'upload.offset', 'contested')
    upload.bytes = new Uint8Array(Buffer.concat([upload.bytes, body]))
    return this.progress(id, 204)
  }

  private progress(id: string, status: number): Response {
    const upload = this.uploads.get(id)!
    const headers: Record<string, string> = {
      'Tus-Resumable': '1.0.0', 'Upload-Offset': String(upload.bytes.length), 'Upload-Length': String(upload.length),
    }
    if (status === 201) headers['Location'] = `http://hall.test/api/v1/uploads/${id}`
    if (upload.bytes.length === upload.length) {
      const hash = createHash('sha256').update(upload.bytes).digest('hex')
      if (hash !== upload.sha256) return problem(422, 'upload.hash_mismatch', 'refused')
      this.photos.set(upload.photo, hash)
      headers['Mingcha-Verified'] = hash
    }
    return new Response(status === 204 || status === 200 ? null : '', { status, headers })
  }
}

/** A checklist by its canonical text, and the digest that names it. */
export function published(content: Json): { digest: string; text: string } {
  const text = canonical(content)
  return { digest: createHash('sha256').update(text).digest('hex'), text }
}

export function problem(status: number, code: string, family: string, headers: Record<string, string> = {}): Response {
  return json({ problem: { code, family, message: { zh: code, en: code }, details: {} } }, status, headers)
}

export function page(html: string, status = 200): Response {
  return new Response(html, { status, headers: { 'Content-Type': 'text/html' } })
}

function json(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json', ...headers } })
}

function silence(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError'))))
}

function readCursor(text: string | null, epoch: string): { upto: number; visits: string[] } {
  const known = text ? (JSON.parse(text) as { epoch: string; upto: number; visits: string[] }) : undefined
  return known?.epoch === epoch ? known : { upto: 0, visits: known?.visits ?? [] }
}

function withoutReceipt({ received_at: _, ...op }: Op & { received_at: string }): Op {
  return op
}
