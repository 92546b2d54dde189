/**
 * How the phone meets a failure: the code is for people, the family says what to do next. The words of a problem come
 * from the server with it; here are only the codes that a phone finds by itself.
 * The twin of `server/mingcha/core/problems/`.
 */

/** `refused` keep and show, `contested` ask a person, `stale` fetch afresh, `barred` hold until sign-in, `busy` later. */
export type Family = 'refused' | 'contested' | 'stale' | 'barred' | 'busy'

export interface Words {
  zh: string
  en: string
}

export interface Problem {
  code: string
  family: Family
  message: Words
  details: Record<string, unknown>
}

/** Codes that no server sent. */
export const LOCAL: Record<string, { family: Family; message: Words }> = {
  'phone.offline': {
    family: 'busy',
    message: { zh: '现在没有网络。内容已存在手机上，联网后会自动发送。', en: 'No network now. Your work is kept on this phone and will be sent by itself.' },
  },
  'phone.timeout': {
    family: 'busy',
    message: { zh: '服务器没有及时回应，稍后会自动再试。', en: 'The server did not answer in time. The phone will try again by itself.' },
  },
  'phone.server_busy': {
    family: 'busy',
    message: { zh: '服务器暂时忙，稍后会自动再试。', en: 'The server is busy. The phone will try again by itself.' },
  },
  'phone.signed_out': {
    family: 'barred',
    message: { zh: '需要重新登录。内容都保存在手机上，登录后会发送。', en: 'Please sign in again. Everything is kept on this phone and will be sent after sign-in.' },
  },
  'phone.op_too_large': {
    family: 'refused',
    message: { zh: '这一步内容太大，服务器收不下，已保留在手机上。', en: 'This step is too large for the server. It is kept on the phone.' },
  },
  'phone.upload_gone': {
    family: 'stale',
    message: { zh: '这张照片要从头重新上传，手机会自动进行。', en: 'This photo has to be uploaded from its beginning. The phone does it by itself.' },
  },
  'phone.storage_full': {
    family: 'refused',
    message: { zh: '手机存储已满，这张照片没有保存。请先腾出空间再拍。', en: 'This phone is full: the photo was NOT saved. Free some space and take it again.' },
  },
  'phone.not_saved': {
    family: 'refused',
    message: { zh: '没有保存成功，请再试一次。', en: 'This was not saved. Please try again.' },
  },
  'phone.unexpected': {
    family: 'busy',
    message: { zh: '出现意外情况，内容仍在手机上，稍后会再试。', en: 'Something unexpected happened. Your work is on this phone; it will try again.' },
  },
}

/** The problem that a phone raises itself. */
export function localProblem(code: string, details: Record<string, unknown> = {}): Problem {
  const known = LOCAL[code] ?? LOCAL['phone.unexpected']!
  return { code, ...known, details }
}

const FAMILIES = new Set<string>(['refused', 'contested', 'stale', 'barred', 'busy'])

/** The family of a status, for answers that carry no problem of ours. Source: STYLE.md. */
export function familyOf(status: number): Family {
  if (status === 401 || status === 403) return 'barred'
  if (status === 409) return 'contested'
  if (status === 410 || status === 412) return 'stale'
  if (status === 408 || status === 429 || status >= 500) return 'busy'
  return 'refused'
}

/** The problem inside an answer's JSON, or null where it is not of our form. */
export function problemIn(body: unknown): Problem | null {
  const found = (body as { problem?: Partial<Problem> } | null)?.problem
  if (!found || typeof found.code !== 'string' || !FAMILIES.has(found.family as string)) return null
  const message = found.message ?? { zh: found.code, en: found.code }
  return { code: found.code, family: found.family as Family, message, details: found.details ?? {} }
}
