/** Reading a colleague's code with the camera, or from a picture of it, and opening the visit it names. */
import { onBeforeUnmount, onMounted, ref, shallowRef, type Ref } from 'vue'
import { openCamera, type Camera } from '../../device/camera'
import { codeReader, type ReadCode } from '../../device/scan'
import { join, readInvitation, type Invitation, type Joined } from '../../sync/carry/joining'
import { c } from '../../i18n/carry'
import { wordsFor } from '../shared/problems'
import { mine } from '../shared/session'

const EVERY_MS = 250

export function useScan(video: Ref<HTMLVideoElement | undefined>) {
  const state = ref<'opening' | 'open' | 'refused' | 'joined'>('opening')
  const problem = ref('')
  const found = shallowRef<{ invitation: Invitation; joined: Joined }>()
  let camera: Camera | undefined
  let read: ReadCode | undefined
  let gone = false
  let refusedText = ''

  onMounted(start)
  onBeforeUnmount(() => {
    gone = true
    camera?.close()
  })

  async function start() {
    try {
      camera = await openCamera(video.value!, (is) => { state.value = is === 'lost' ? 'refused' : 'open' })
      if (gone) return camera.close()
      state.value = 'open'
      void look()
    } catch {
      state.value = 'refused'
    }
  }

  async function look() {
    while (!gone && state.value === 'open') {
      const screen = video.value
      read ??= await codeReader()
      const text = screen ? await read(screen, screen.videoWidth, screen.videoHeight) : null
      if (text && text !== refusedText) await take(text)
      await new Promise((done) => setTimeout(done, EVERY_MS))
    }
  }

  /** From a picture: where the camera does not open, or the code came by another way. */
  async function readFile(event: Event) {
    const input = event.target as HTMLInputElement
    const file = input.files?.[0]
    input.value = ''
    if (!file) return
    problem.value = ''
    try {
      const picture = await createImageBitmap(file)
      read ??= await codeReader()
      const text = await read(picture, picture.width, picture.height)
      picture.close()
      if (text) await take(text)
      else problem.value = c('scan.none')
    } catch {
      problem.value = c('scan.none')
    }
  }

  async function take(text: string) {
    try {
      const invitation = readInvitation(text)
      found.value = { invitation, joined: await join(mine(), invitation) }
      state.value = 'joined'
      problem.value = ''
      camera?.close()
    } catch (fault) {
      refusedText = text
      problem.value = wordsFor(fault)
    }
  }

  return { state, problem, found, readFile }
}
