/** The browser's offer to put the app on the home screen. It comes once, soon after the page and often before anybody has signed in: so it is caught at the start. */
import { shallowRef } from 'vue'

export interface InstallOffer extends Event { prompt(): Promise<void> }
export const installOffer = shallowRef<InstallOffer>()

export function catchInstallOffer(): void {
  addEventListener('beforeinstallprompt', (event) => {
    event.preventDefault()
    installOffer.value = event as InstallOffer
  })
  addEventListener('appinstalled', () => { installOffer.value = undefined })
}
