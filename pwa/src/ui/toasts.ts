/** What was just done, said once, with the way back. One at a time: the newest counts. */
import { ref } from 'vue'

export interface Toast { id: number; text: string; tone: 'plain' | 'wrong'; undo?: () => Promise<unknown> }

export const toast = ref<Toast | null>(null)
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
