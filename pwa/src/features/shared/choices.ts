/** The few fixed lists that several screens name: kinds of photo, places, aspects, states. */
import type { Aspect, Method, PhotoKind, Place } from '../../core/checklist'
import { t, type Key } from '../../i18n'

export const KINDS: PhotoKind[] = ['scene', 'signage', 'layout', 'badge', 'document', 'equipment']
export const kindName = (kind: string | null): string => t(`kind.${(KINDS as string[]).includes(kind ?? '') ? kind : 'scene'}` as Key)
export const placeName = (place: Place): string => t(`place.${place}` as Key)
export const aspectName = (aspect: Aspect): string => t(`aspect.${aspect}` as Key)
export const methodName = (method: Method): string => t(`method.${method}` as Key)
export const stateName = (state: string): string => t(`inspection.${state}` as Key)
