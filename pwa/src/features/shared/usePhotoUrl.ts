/** An address for a photo: from this phone if it is here, else the server's small one, which for a badge (`asks`) is not
 * to be had without a reason. Given back when no longer shown. */
import { onScopeDispose, ref, watch } from 'vue'
import { photoUrl } from '../../store/photos'
import { mine, online } from './session'

export function usePhotoUrl(id: () => string, size: 'thumb' | 'large' = 'thumb', asks: () => boolean = () => false) {
  const url = ref('')
  let own = ''
  const release = () => { if (own) URL.revokeObjectURL(own); own = '' }
  watch(id, async (now) => {
    release()
    url.value = ''
    if (!now) return
    const here = await photoUrl(mine(), now, size).catch(() => undefined)
    if (id() !== now) return here && URL.revokeObjectURL(here)
    own = here ?? ''
    url.value = here ?? (online.value && !asks() ? `/api/v1/photos/${now}/${size}` : '')
  }, { immediate: true })
  onScopeDispose(release)
  return url
}
