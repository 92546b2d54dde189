/** How the app looks and speaks on this phone: theme, text size, hand, language; kept in the shared database. */
import { reactive, watch } from 'vue'
import { preference, setPreference } from '../../store/shared'
import { speak, type Language } from '../../i18n'

export interface Appearance { theme: 'auto' | 'light' | 'dark'; size: '100' | '125' | '150' | '200'; hand: 'right' | 'left' }

export const appearance = reactive<Appearance>({ theme: 'auto', size: '100', hand: 'right' })
const dark = matchMedia('(prefers-color-scheme: dark)')

export async function wear(): Promise<void> {
  const [theme, size, hand, spoken] = await Promise.all(['theme', 'size', 'hand', 'language'].map((key) => preference(key).catch(() => undefined)))
  Object.assign(appearance, { ...(theme && { theme }), ...(size && { size }), ...(hand && { hand }) })
  apply()
  dark.addEventListener('change', apply)
  watch(appearance, apply)
  await speak((spoken as Language | undefined) ?? (navigator.language.toLowerCase().startsWith('zh') || !navigator.language ? 'zh' : 'en'))
}

export async function choose<K extends keyof Appearance>(key: K, value: Appearance[K]): Promise<void> {
  appearance[key] = value
  await setPreference(key, value)
}

/** Kept before it is shown: whoever sees the other language finds it again. On a full phone it holds until the page goes. */
export const chooseLanguage = (next: Language): Promise<boolean> =>
  speak(next, () => setPreference('language', next).catch(() => undefined))

function apply(): void {
  const root = document.documentElement
  root.dataset.theme = appearance.theme === 'auto' ? (dark.matches ? 'dark' : 'light') : appearance.theme
  root.dataset.hand = appearance.hand
  root.style.fontSize = `${appearance.size}%`
}
