/** What can go wrong with rescue files and invitations, found by the phone itself. Apart, to keep the first load small. */

import type { Problem, Words } from '../../core/problems'

const KNOWN: Record<string, Words> = {
  'phone.rescue_unreadable': {
    zh: '这不是救援文件，或文件已损坏，没有导入。请同事重新导出一份。',
    en: 'This is no rescue file, or it is damaged. Nothing was taken in; ask your colleague for a new one.',
  },
  'phone.rescue_changed': {
    zh: '文件内容与登记的不一致，没有导入。原手机上的内容都还在，请重新导出一份。',
    en: 'The file is not what it says it is. Nothing was taken in; the first phone still has everything. Make a new file there.',
  },
  'phone.rescue_too_large': {
    zh: '文件超过 256 MB，没有导入。请先让原手机传掉一些照片。',
    en: 'The file is over 256 MB. Nothing was taken in; let the first phone send some photos before.',
  },
  'phone.rescue_full': {
    zh: '这部手机存储已满，没有导入。请腾出空间，或在电脑上导入。',
    en: 'This phone is full: nothing was taken in. Free some space, or import the file on a computer.',
  },
  'phone.invitation_unreadable': {
    zh: '这不是明察的邀请码。请同事打开检查，点“邀请同事”。',
    en: 'This is no invitation of Mingcha. Ask your colleague to open the visit and tap “Invite”.',
  },
}

export function problemOf(code: keyof typeof KNOWN & string): Problem {
  return { code, family: 'refused', message: KNOWN[code]!, details: {} }
}
