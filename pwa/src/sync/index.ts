/** What a page asks of the engine after its first screen. One import of this is one download: a second entry would cost a request more. */

export { startSync } from './page'
export { prepare } from './prepare'
export { api, enter, login, logout, me } from './session'
