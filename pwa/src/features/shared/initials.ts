/**
 * Pinyin initials without a table of pinyin: the browser's Chinese collation already knows where each letter begins.
 * Where it has none, search by number and word still works. Characters with two readings answer to both.
 */
const FIRSTS = '吖八擦搭婀发旮哈讥咔垃妈拿噢啪七然仨他挖夕丫匝'
const LETTERS = 'abcdefghjklmnopqrstwxyz'
const TWO_READINGS: Record<string, string> = { 行: 'xh', 长: 'cz', 重: 'zc', 便: 'bp', 调: 'dt', 参: 'cs', 率: 'ls', 系: 'xj', 会: 'hk', 核: 'h', 查: 'cz', 传: 'cz', 单: 'ds', 大: 'd', 乐: 'ly', 还: 'hx' }

let collator: Intl.Collator | undefined
const known = new Map<string, string>()

/** The letters a character may be typed as: "示" → "s", "行" → "xh", "A" → "a"; "" for signs. */
export function initials(character: string): string {
  if (/[a-z0-9]/i.test(character)) return character.toLowerCase()
  if (character < '㐀' || character > '鿿') return ''
  let letters = known.get(character)
  if (letters === undefined) known.set(character, (letters = TWO_READINGS[character] ?? collated(character)))
  return letters
}

function collated(character: string): string {
  collator ??= new Intl.Collator('zh-Hans-CN-u-co-pinyin')
  for (let at = LETTERS.length - 1; at >= 0; at--) if (collator.compare(character, FIRSTS[at]!) >= 0) return LETTERS[at]!
  return ''
}

/** Where the typed letters begin among the initials of `text`, or -1. */
export function initialsAt(text: string, typed: string): number {
  const spelled = [...text].map(initials).filter(Boolean)
  for (let start = 0; start + typed.length <= spelled.length; start++) {
    let at = 0
    while (at < typed.length && spelled[start + at]!.includes(typed[at]!)) at++
    if (at === typed.length) return start
  }
  return -1
}
