/** A browser's long description in the two words by which its owner knows it. */
const SYSTEMS: [RegExp, string][] = [[/HarmonyOS|OpenHarmony/, 'HarmonyOS'], [/Android/, 'Android'], [/iPhone/, 'iPhone'], [/iPad/, 'iPad'], [/Windows/, 'Windows'], [/Mac OS/, 'Mac'], [/Linux/, 'Linux']]
const BROWSERS: [RegExp, string][] = [[/MicroMessenger/, 'WeChat'], [/HuaweiBrowser/, 'Huawei'], [/MiuiBrowser/, 'Mi'], [/Edg/, 'Edge'], [/Firefox/, 'Firefox'], [/Chrome|CriOS/, 'Chrome'], [/Safari/, 'Safari']]

/** '' when neither is known. */
export function nameOfBrowser(agent: string): string {
  const find = (list: [RegExp, string][]) => list.find(([sign]) => sign.test(agent))?.[1]
  return [find(SYSTEMS), find(BROWSERS)].filter(Boolean).join(' · ')
}
