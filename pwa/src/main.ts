/** Starts the app: how it looks and speaks here, who holds the phone, then the screen. */
import { createApp } from 'vue'
import App from './App.vue'
import { fetchFirst, start as startScreens } from './router'
import { wear } from './features/shared/appearance'
import { quiet, resume } from './features/shared/session'
import { forgetEarly } from './features/shared/early'
import { offerUpdate } from './features/shared/update'
import { catchInstallOffer } from './features/today/install'
import { followTouches, registerWorker } from './sw/register'
import { go } from './ui/route'
import './ui/tokens.css'
import './ui/base.css'

async function start() {
  catchInstallOffer()
  fetchFirst()
  await Promise.all([wear(), resume()])
  await startScreens()
  followTouches((link) => void go(link))
  createApp(App).mount('#app')
  forgetEarly()
  await quiet()
  await registerWorker(offerUpdate)
}

void start()
