/**
 * Where the person is, as an address: a tenth of vue-router's weight, for a first load that a weak signal carries.
 * A lazy screen is fetched before the old one leaves. Knows no screen; `router.ts` lists them.
 */
import { nextTick, shallowRef, type Component } from 'vue'

type Loaded = Component | { default: Component }
export interface Route { path: string; name: string; screen: Component | (() => Promise<Loaded>); lazy?: boolean }
export interface Place { name: string; path: string; full: string; params: Record<string, string>; query: Record<string, string>; screen: Component }
type Guard = (place: Omit<Place, 'screen'>) => string | undefined

export const here = shallowRef<Place>()

let routes: (Route & { form: RegExp; names: string[] })[] = []
let guard: Guard = () => undefined
let failed: (fault: unknown) => void = () => {}
let at = 0
const scrolls = new Map<number, number>()
let latest = 0

export function open(all: Route[], before: Guard, onFailure: (fault: unknown) => void): Promise<void> {
  routes = all.map((route) => ({ ...route, ...formOf(route.path) }))
  guard = before
  failed = onFailure
  history.scrollRestoration = 'manual'
  at = Number(history.state?.at ?? 0)
  addEventListener('popstate', (event) => {
    keepScroll()
    at = Number(event.state?.at ?? 0)
    void show(location.pathname + location.search, scrolls.get(at) ?? 0)
  })
  return show(location.pathname + location.search, 0)
}

export function go(to: string): Promise<void> {
  keepScroll()
  history.pushState({ at: ++at }, '', to)
  return show(to, 0)
}

export function replace(to: string): Promise<void> {
  history.replaceState({ at }, '', to)
  return show(to, 0)
}

/** Back where the person came from; to `otherwise` when they came from outside. */
export function back(otherwise: string): void {
  if (at > 0) history.back()
  else void replace(otherwise)
}

async function show(to: string, scroll: number): Promise<void> {
  const turn = ++latest
  const url = new URL(to, location.origin)
  const path = url.pathname
  const route = routes.find(({ form }) => form.test(path))
  if (!route) return replace('/')
  const found = route.form.exec(path)!
  const params = Object.fromEntries(route.names.flatMap((name, i) => (found[i + 1] === undefined ? [] : [[name, decodeURIComponent(found[i + 1]!)]])))
  const place = { name: route.name, path, full: to, params, query: Object.fromEntries(url.searchParams) }
  const elsewhere = guard(place)
  if (elsewhere !== undefined) return replace(elsewhere)
  try {
    const screen = route.lazy ? await load(route) : (route.screen as Component)
    if (turn !== latest) return
    const moved = here.value?.path !== path
    here.value = { ...place, screen }
    await nextTick()
    if (!moved) return
    scrollTo(0, scroll)
    document.querySelector<HTMLElement>('h1[tabindex]')?.focus({ preventScroll: true })
  } catch (fault) {
    failed(fault)
  }
}

async function load(route: Route): Promise<Component> {
  const loaded = await (route.screen as () => Promise<Loaded>)()
  return 'default' in loaded ? loaded.default : loaded
}

/** Fetches the lazy screens while nothing else happens, so that the next touch waits for nothing. */
export function fetchAhead(...names: string[]): void {
  for (const route of routes) if (route.lazy && names.includes(route.name)) void load(route).catch(() => undefined)
}

function keepScroll(): void {
  scrolls.set(at, scrollY)
}

function formOf(path: string): { form: RegExp; names: string[] } {
  const names: string[] = []
  const form = path.replace(/\/:(\w+)(\?)?/g, (_, name: string, optional?: string) => {
    names.push(name)
    return optional ? '(?:/([^/]+))?' : '/([^/]+)'
  })
  return { form: new RegExp(`^${form}/?$`), names }
}
