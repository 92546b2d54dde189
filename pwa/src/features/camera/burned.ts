/** The words burned into a photo: when, where, at which site, by whom, and by which code it is found again. They help readers and prove nothing. */
import type { Position } from '../../device/position'
import { clock, t } from '../../i18n'
import { h } from '../../i18n/hall'
import { photoCode } from '../shared/photo-code'

export interface Said {
  /** when it was taken, in milliseconds */
  at: number
  imported: boolean
  site: string
  /** one reading, where there was one */
  position: Position | null
  /** who pressed */
  by: string
  /** the photo's id; '' while there is none yet */
  photo: string
}

export function burned({ at, imported, site, position, by, photo }: Said): string[] {
  const when = `${clock(at)}  ${new Date(at).toLocaleDateString('sv-SE')}`
  return [
    imported ? `${t('photo.imported')} · ${when}` : when,
    site,
    position ? h('camera.place', { lat: position.lat, lon: position.lon, m: position.accuracy_m }) : '',
    [`${t('camera.by')} ${by}`, photo && h('camera.code', { code: photoCode(photo) })].filter(Boolean).join(' · '),
  ].filter(Boolean)
}
