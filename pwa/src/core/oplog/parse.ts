/**
 * From anything at all to an op: every bad input has its own problem code, and no input can exhaust the reader.
 *
 * Knows the form of an op, not whether its author may write it (`whoMay`) or whether it fits what others wrote (`fold`).
 * The twin of `server/mingcha/core/oplog/parse.py`.
 */

import { canonical, type Json } from '../canonical'
import type { Kind, Op } from './op'
import { kindsOf, targetOf, type Target } from './targets'
import { isRealDay, isRecord, isTime, nothing, UUID } from './values'

export const MOST_OVER = 64
export const MOST_BYTES = 16 * 1024
export const MOST_DEPTH = 8

const MEMBERS = ['id', 'inspection', 'device', 'seq', 'at', 'kind', 'target', 'value', 'over', 'author'] as const
/** What the server adds when it hands an op on; no part of the op. */
const IGNORED = ['received_at']
const DEVICE = /^[0-9a-z-]{8,64}$/
const LONE_SURROGATE = /[\uD800-\uDFFF]/u

/** A problem of `core/problems` (`op.…`) with the details of this one time. */
export class RefusedOp extends Error {
  readonly code: string
  readonly details: Record<string, Json>

  constructor(code: string, details: Record<string, Json> = {}) {
    super(code)
    this.code = code
    this.details = details
  }
}

/** An op from JSON text or from what a JSON reader made of it. Throws RefusedOp. */
export function parseOp(input: unknown): Op {
  const raw = checkMembers(typeof input === 'string' ? readJson(input) : input)
  const id = checkId(raw.id, 'id')
  const inspection = checkUuid(raw.inspection, 'inspection')
  const author = checkUuid(raw.author, 'author')
  const { device, seq } = raw
  if (typeof device !== 'string' || !DEVICE.test(device)) throw new RefusedOp('op.bad_device')
  if (typeof seq !== 'number' || !Number.isSafeInteger(seq) || seq < 1) throw new RefusedOp('op.bad_seq')
  const at = checkTime(raw.at)
  const target = targetFor(raw.kind, raw.target)
  const kind = raw.kind as Kind
  const path = raw.target as string
  const over = checkOver(id, kind, raw.over)
  const value = checkJson(raw.value)
  checkValue(target, kind, path, value)
  return { id, inspection, device, seq, at, kind, target: path, value, over, author }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (fault) {
    throw new RefusedOp('op.bad_json', { why: String(fault) })
  }
}

/** A value in canonical JSON, within depth and size. Walks with its own stack: depth 10,000 costs nothing. */
export function checkJson(value: unknown): Json {
  const stack: { item: unknown; depth: number }[] = [{ item: value, depth: 0 }]
  let seen = 0
  for (let next = stack.pop(); next; next = stack.pop()) {
    const { item, depth } = next
    if (++seen > MOST_BYTES) throw new RefusedOp('op.too_large', { most: MOST_BYTES })
    if (item === null || typeof item !== 'object') {
      checkScalar(item)
      continue
    }
    if (!Array.isArray(item) && !isRecord(item)) throw new RefusedOp('op.malformed', { why: 'value' })
    if (depth >= MOST_DEPTH) throw new RefusedOp('op.too_deep', { most: MOST_DEPTH })
    const inner: unknown[] = Array.isArray(item) ? item : Object.values(item)
    if (inner.length > MOST_BYTES) throw new RefusedOp('op.too_large', { most: MOST_BYTES })
    if (!Array.isArray(item)) Object.keys(item).forEach(checkKey)
    for (let i = inner.length - 1; i >= 0; i--) stack.push({ item: inner[i], depth: depth + 1 })
  }
  if (bytesOf(canonical(value as Json)) > MOST_BYTES) throw new RefusedOp('op.too_large', { most: MOST_BYTES })
  return value as Json
}

function checkMembers(raw: unknown): Record<string, unknown> {
  if (!isRecord(raw)) throw new RefusedOp('op.malformed', { why: 'object' })
  if (Object.hasOwn(raw, '__proto__')) throw new RefusedOp('op.forbidden_key', { key: '__proto__' })
  for (const name of MEMBERS) if (!Object.hasOwn(raw, name)) throw new RefusedOp('op.malformed', { why: name })
  for (const name of Object.keys(raw)) {
    if (!(MEMBERS as readonly string[]).includes(name) && !IGNORED.includes(name)) {
      throw new RefusedOp('op.unknown_member', { member: name.slice(0, 64) })
    }
  }
  return raw
}

function checkUuid(value: unknown, member: string): string {
  if (typeof value !== 'string' || !UUID.test(value)) throw new RefusedOp('op.bad_uuid', { member })
  return value
}

function checkId(value: unknown, member: string): string {
  const id = checkUuid(value, member)
  if (id[14] !== '7' || !'89ab'.includes(id[19]!)) throw new RefusedOp('op.uuid_version', { member })
  return id
}

function checkTime(value: unknown): string {
  if (!isTime(value)) throw new RefusedOp('op.bad_time')
  if (!isRealDay(value)) throw new RefusedOp('op.absurd_time', { at: value })
  return value
}

function targetFor(kind: unknown, path: unknown): Target {
  if (kind !== 'set' && kind !== 'add' && kind !== 'remove') throw new RefusedOp('op.unknown_kind')
  const target = typeof path === 'string' ? targetOf(path) : undefined
  if (!target) throw new RefusedOp('op.unknown_target')
  if (!kindsOf(target).includes(kind)) throw new RefusedOp('op.kind_target', { kind, target: path as string })
  return target
}

function checkOver(id: string, kind: Kind, over: unknown): string[] {
  if (!Array.isArray(over)) throw new RefusedOp('op.malformed', { why: 'over' })
  if (over.length > MOST_OVER) throw new RefusedOp('op.over_too_many', { most: MOST_OVER })
  const named = over.map((one: unknown) => checkId(one, 'over'))
  if (named.includes(id)) throw new RefusedOp('op.over_itself')
  if (new Set(named).size < named.length) throw new RefusedOp('op.over_repeated')
  if (kind === 'remove' && named.length === 0) throw new RefusedOp('op.remove_blind')
  return named
}

function checkValue(target: Target, kind: Kind, path: string, value: Json): void {
  const fault = (kind === 'remove' ? nothing : target.check)(value)
  if (fault !== null) throw new RefusedOp('op.bad_value', { target: path, why: fault })
  if (kind !== 'remove' && target.fits && !target.fits(path.split('/'), value as never)) {
    throw new RefusedOp('op.element_id', { target: path })
  }
}

function checkScalar(item: unknown): void {
  if (item === null || typeof item === 'boolean') return
  if (typeof item === 'string') checkText(item)
  else if (typeof item !== 'number') throw new RefusedOp('op.malformed', { why: 'value' })
  else if (!Number.isFinite(item)) throw new RefusedOp('op.not_a_number')
  else if (!Number.isInteger(item)) throw new RefusedOp('op.float')
  else if (!Number.isSafeInteger(item)) throw new RefusedOp('op.number_range')
}

function checkKey(key: string): void {
  if (key === '__proto__') throw new RefusedOp('op.forbidden_key', { key })
  checkText(key)
}

function checkText(text: string): void {
  if (text.includes('\0')) throw new RefusedOp('op.nul')
  if (LONE_SURROGATE.test(text)) throw new RefusedOp('op.lone_surrogate')
}

/** UTF-8 length; core has no TextEncoder. */
function bytesOf(text: string): number {
  let bytes = 0
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    bytes += unit < 0x80 ? 1 : unit < 0x800 ? 2 : unit >= 0xd800 && unit <= 0xdfff ? 2 : 3
  }
  return bytes
}
