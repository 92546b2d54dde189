/** Every screen and its address. The first four come with the first load; the others when they are wanted (and precached). */
import { createRouter, createWebHistory } from 'vue-router'
import { user } from './features/shared/session'
import SignIn from './features/sign-in/SignIn.vue'
import Today from './features/today/Today.vue'
import Visit from './features/visit/Visit.vue'
import Row from './features/indicator/Indicator.vue'

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: '/sign-in', name: 'sign-in', component: SignIn },
    { path: '/', name: 'today', component: Today },
    { path: '/visit/:id', name: 'visit', component: Visit, props: true },
    { path: '/visit/:id/row/:indicator', name: 'row', component: Row, props: true },
    { path: '/visit/:id/camera/:indicator', name: 'camera', component: () => import('./features/camera/Camera.vue'), props: true },
    { path: '/visit/:id/finish', name: 'finish', component: () => import('./features/finish/Finish.vue'), props: true },
    { path: '/visit/:id/settle', name: 'settle', component: () => import('./features/settle/Settle.vue'), props: true },
    { path: '/waiting', name: 'waiting', component: () => import('./features/waiting/Waiting.vue') },
    { path: '/review/:id?', name: 'review', component: () => import('./features/review/Review.vue'), props: true },
    { path: '/settings', name: 'settings', component: () => import('./features/settings/Settings.vue') },
    { path: '/:rest(.*)*', redirect: '/' },
  ],
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
})

router.beforeEach((to) => {
  if (!user.value && to.name !== 'sign-in') return { name: 'sign-in', query: to.path === '/' ? {} : { then: to.fullPath } }
  if (user.value && to.name === 'sign-in') return { name: 'today' }
  if (to.name === 'today' && user.value?.role !== 'inspector' && !to.query.stay) return { name: user.value?.role === 'centre' ? 'settings' : 'review' }
  return true
})
