/** An address for a photo of an item: from this phone if it is here, else the server's. Given back when no longer shown. */
import { onScopeDispose, ref, watch } from 'vue'
import { photoBytes } from '../../store/photos'
import { PICTURE } from '../../store/rectification'
import { mine, online } from '../shared/session'

export function usePicture(item: () => string, photo: () => string, size: 'thumb' | 'large' = 'thumb') {
  const url = ref('')
  let own = ''
  const release = () => { if (own) URL.revokeObjectURL(own); own = '' }
  watch([item, photo], async ([of, id]) => {
    release()
    url.value = ''
    if (!id) return
    const bytes = (await photoBytes(mine(), id).catch(() => undefined)) ?? (await photoBytes(mine(), PICTURE(id)).catch(() => undefined))
    if (photo() !== id) return
    if (bytes) url.value = own = URL.createObjectURL(new Blob([bytes], { type: 'image/jpeg' }))
    else url.value = online.value ? `/api/v1/rectification/items/${of}/photos/${id}/${size}` : ''
  }, { immediate: true })
  onScopeDispose(release)
  return url
}
