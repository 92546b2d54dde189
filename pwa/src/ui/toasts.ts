/** What was just done, said once, with the way back. One at a time: the newest counts. */
import { ref, shallowReactive } from 'vue'

export interface Toast { id: number; text: string; tone: 'plain' | 'wrong'; undo?: () => Promise<unknown> }

export const toast = ref<Toast | null>(null)
/** Where it is shown: the screen, or the sheet that lies over it; what is under a sheet is neither seen nor read out. */
export const hosts = shallowReactive<symbol[]>([])
let fade: ReturnType<typeof setTimeout> | undefined
let last = 0

export function tell(text: string, undo?: () => Promise<unknown>, tone: Toast['tone'] = 'plain'): void {
  clearTimeout(fade)
  toast.value = undo ? { id: ++last, text, tone, undo } : { id: ++last, text, tone }
  fade = setTimeout(hush, tone === 'wrong' ? 9000 : undo ? 6000 : 3000)
}

export function hush(): void {
  clearTimeout(fade)
  toast.value = null
}
