/** Every screen and its address. Sign-in and Today come with the first load; the rest while the person reads (and precached). */
import SignIn from './features/sign-in/SignIn.vue'
import Today from './features/today/Today.vue'
import { askEarly, galleryPath } from './features/shared/early'
import { keepsChecklists, user } from './features/shared/session'
import { wordsFor } from './features/shared/problems'
import { tell } from './ui/toasts'
import { fetchAhead, open } from './ui/route'

const visits = () => import('./features/visits')
const visit = async () => (await visits()).Visit
const row = async () => (await visits()).Row
const gallery = () => import('./features/gallery/Gallery.vue')

export const start = () => open([
  { path: '/sign-in', name: 'sign-in', screen: SignIn },
  { path: '/', name: 'today', screen: Today },
  { path: '/visit/:id', name: 'visit', screen: visit, lazy: true },
  { path: '/visit/:id/row/:indicator', name: 'row', screen: row, lazy: true },
  { path: '/visit/:id/camera/:indicator', name: 'camera', screen: () => import('./features/camera/Camera.vue'), lazy: true },
  { path: '/visit/:id/finish', name: 'finish', screen: () => import('./features/finish/Finish.vue'), lazy: true },
  { path: '/visit/:id/settle', name: 'settle', screen: () => import('./features/settle/Settle.vue'), lazy: true },
  { path: '/visit/:id/invite', name: 'invite', screen: () => import('./features/join/Invite.vue'), lazy: true },
  { path: '/join', name: 'join', screen: () => import('./features/join/Scan.vue'), lazy: true },
  { path: '/waiting', name: 'waiting', screen: () => import('./features/waiting/Waiting.vue'), lazy: true },
  { path: '/review/:id?', name: 'review', screen: () => import('./features/review/Review.vue'), lazy: true },
  { path: '/gallery/:id', name: 'gallery', screen: gallery, lazy: true },
  { path: '/checklists', name: 'checklists', screen: () => import('./features/checklists/Checklists.vue'), lazy: true },
  { path: '/checklists/compare', name: 'compare', screen: () => import('./features/checklists/Compare.vue'), lazy: true },
  { path: '/checklists/carry/:id', name: 'carry', screen: () => import('./features/checklists/Carry.vue'), lazy: true },
  { path: '/checklists/draft/:id', name: 'draft', screen: () => import('./features/checklists/Draft.vue'), lazy: true },
  { path: '/checklists/:digest', name: 'version', screen: () => import('./features/checklists/Version.vue'), lazy: true },
  { path: '/campaigns', name: 'campaigns', screen: () => import('./features/campaigns/Campaigns.vue'), lazy: true },
  { path: '/campaigns/:id', name: 'campaign', screen: () => import('./features/campaigns/Campaign.vue'), lazy: true },
  { path: '/campaigns/:id/plan', name: 'campaign-plan', screen: () => import('./features/campaigns/Plan.vue'), lazy: true },
  { path: '/campaigns/:id/board', name: 'campaign-board', screen: () => import('./features/campaigns/Board.vue'), lazy: true },
  { path: '/rectification/:id?/:part?', name: 'rectification', screen: () => (user.value?.role === 'centre' ? import('./features/rectify/Centre.vue') : import('./features/rectify/Desk.vue')), lazy: true },
  { path: '/campaigns/:id/results', name: 'results', screen: () => import('./features/results/Results.vue'), lazy: true },
  { path: '/results/:id?', name: 'own-results', screen: () => import('./features/results/Own.vue'), lazy: true },
  { path: '/paper-templates', name: 'paper-templates', screen: () => import('./features/results/Templates.vue'), lazy: true },
  { path: '/inbox', name: 'inbox', screen: () => import('./features/inbox/Inbox.vue'), lazy: true },
  { path: '/reminders', name: 'reminders', screen: () => import('./features/reminders/Reminders.vue'), lazy: true },
  { path: '/invitation', name: 'invitation', screen: () => import('./features/invitation/Invitation.vue'), lazy: true },
  { path: '/security', name: 'security', screen: () => import('./features/security/Security.vue'), lazy: true },
  { path: '/registry/:kind?/:part?', name: 'registry', screen: () => import('./features/registry/Registry.vue'), lazy: true },
  { path: '/sites', name: 'sites', screen: () => import('./features/sites/Sites.vue'), lazy: true },
  { path: '/begin', name: 'begin', screen: () => import('./features/sites/Begin.vue'), lazy: true },
  { path: '/accounts', name: 'accounts', screen: () => import('./features/accounts/Accounts.vue'), lazy: true },
  { path: '/retention', name: 'retention', screen: () => import('./features/privacy/Retention.vue'), lazy: true },
  { path: '/persons', name: 'persons', screen: () => import('./features/privacy/Request.vue'), lazy: true },
  { path: '/hand-over', name: 'hand-over', screen: () => import('./features/hand-over/HandOver.vue'), lazy: true },
  { path: '/settings', name: 'settings', screen: () => import('./features/settings/Settings.vue'), lazy: true },
], ({ name, full, query }) => {
  const role = user.value?.role
  if (name === 'invitation') return undefined
  if (!role) return name === 'sign-in' ? undefined : full === '/' ? '/sign-in' : `/sign-in?then=${encodeURIComponent(full)}`
  if (name === 'sign-in' || ((full.startsWith('/checklists') || name === 'registry') && !keepsChecklists.value)) return '/'
  if (full.startsWith('/campaigns') && !['supervisor', 'viewer'].includes(role)) return '/'
  if (['retention', 'persons'].includes(name) && role !== 'admin') return '/'
  if (name === 'begin' && role !== 'inspector') return '/'
  if (name === 'today' && role !== 'inspector' && !query.stay) return role === 'centre' ? '/rectification' : '/review'
  return undefined
}, (fault) => tell(wordsFor(fault), undefined, 'wrong'))

/** Whoever opens a visit or a gallery by its address waits for the phone's memory, the screen and the list at the same time. */
export function fetchFirst(): void {
  const [, part, id] = location.pathname.split('/')
  if (part === 'visit') void visits().catch(() => undefined)
  if (part !== 'gallery' || !id) return
  askEarly(galleryPath(id))
  void gallery().catch(() => undefined)
}

export function getReady(): void {
  fetchAhead(...(user.value?.role === 'inspector' ? ['visit', 'row', 'camera', 'finish'] : [user.value?.role === 'centre' ? 'rectification' : 'review']))
}
