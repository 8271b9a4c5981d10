/**
 * The service worker's part: answers from what is saved. A site with a worker of its own imports
 * the built file with `importScripts`, behind its own listeners; for others, `sakuin-sw.ts` makes
 * a worker of it.
 *
 * The scripts, the manifest and the index of a saved generation are answered from it, online
 * too, and only from the newest complete one, so that none mixes with another. The host is
 * looked at with each navigation, and what it has new is staged beside. Everything else is the
 * network's, and what was kept stands in only where that fails.
 */

import { ANY, type Generation, extrasOf, generations, prefixOf, stage } from './store.js'

interface Fetching extends Event {
  readonly request: Request
  readonly clientId: string
  readonly resultingClientId: string
  respondWith(response: Promise<Response>): void
  waitUntil(work: Promise<unknown>): void
}

/** What a page can't be shown without; other requests are not touched. */
const PARTS = /^(image|style|script|font|worker)$/

/** The files of an index folder that scripts fetch. */
const FILES = /\/(sakuin\.manifest|[\w-]+\.(skn|wasm))$/

/** Pages that are remembered with what they began with. */
const MAX_PAGES = 50

/**
 * What each page, or worker of one, began with: it goes on with that when another generation has
 * come meanwhile, for as long as this worker runs. The caches stay readable when they are deleted.
 * Later, scripts of two builds refuse each other.
 */
const begun = new Map<string, Promise<Generation[]>>()

const { scope } = (globalThis as unknown as { registration: ServiceWorkerRegistration }).registration

addEventListener('fetch', event => {
  const fetching = event as Fetching
  const { request } = fetching
  const { origin, pathname } = new URL(request.url)
  if (request.method !== 'GET' || origin !== location.origin) return
  if (request.mode === 'navigate') {
    const response = fetch(request)
    fetching.respondWith(response.catch(cause => keptPage(request, cause)))
    fetching.waitUntil(response.then(update, () => {}))
  } else if (FILES.test(pathname) || PARTS.test(request.destination)) {
    fetching.respondWith(answer(fetching))
  }
})

async function answer({ request, clientId, resultingClientId }: Fetching): Promise<Response> {
  const saved = await savedCopy(request.url, clientId, resultingClientId)
  // Who repairs a damaged copy, or stages a generation, asks past all copies.
  const { cache, integrity } = request
  const past = cache === 'reload' || (cache === 'no-cache' && integrity)
  if (saved && !past) return saved
  try {
    return await fetch(request)
  } catch (cause) {
    return saved ?? (await keptCopy(request.url)) ?? Promise.reject(cause)
  }
}

/** The page as it was kept, else the reader, which finds the post by the page's address. */
async function keptPage(request: Request, cause: unknown): Promise<Response> {
  const page = await keptCopy(request.url)
  if (page) return page
  const all = await generations({ scope })
  const above = all.filter(({ folder }) => request.url.startsWith(new URL('..', folder).href))
  const { folder, cache } = [...all, ...above].at(-1) ?? {}
  const shell = await cache?.match(`${folder}reader.html`, ANY)
  if (!shell) return Promise.reject(cause)
  // It stands at another address than the folder it was written for.
  const html = (await shell.text()).replaceAll('"./', `"${folder}`)
  return new Response(html, { headers: shell.headers })
}

async function savedCopy(url: string, page: string, worker: string): Promise<Response | undefined> {
  const all = begun.get(page) ?? generations({ scope })
  for (const client of [page, worker]) if (client) begun.set(client, all)
  for (const [oldest] of begun) if (begun.size > MAX_PAGES) begun.delete(oldest)
  const newest = (await all).filter(({ folder }) => url.startsWith(folder)).at(-1)
  return newest?.cache.match(url, ANY)
}

/** What was kept besides. */
async function keptCopy(url: string): Promise<Response | undefined> {
  for (const { folder } of await generations({ scope })) {
    const extras = await caches.open(extrasOf({ scope, folder }))
    const copy = await extras.match(url, { ...ANY, ignoreSearch: true })
    if (copy) return copy
  }
  return undefined
}

/** Stages what the host has new of each saved index, unless a page is at it. */
async function update(): Promise<void> {
  for (const { folder } of await generations({ scope })) {
    const place = { scope, folder }
    const lock = { ifAvailable: true }
    await navigator.locks
      .request(prefixOf(place), lock, async held => held && stage(place))
      .catch(() => {}) // the next navigation tries again
  }
}
