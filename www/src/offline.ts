/** Saves an index for reading without a network, from the page. */

import { type SaveOptions, SakuinError, type Saved, reasonOf, registerWorker } from './client.js'
import {
  type Generation,
  type Place,
  bytesOf,
  extrasOf,
  generations,
  listOf,
  prefixOf,
  put,
  readList,
  stage,
} from './store.js'

/** The name of the worker that the builder writes; any other is the site's own. */
const WORKER = 'sakuin-sw.js'

/** Saves the index in `folder`; see `Search.save`. */
export async function save(folder: string, options: SaveOptions = {}): Promise<Saved> {
  const { also = [], onProgress, signal = null, worker = `../${WORKER}` } = options
  const place = { folder, scope: await register(new URL(worker, folder).href) }
  // One tab at a time; the others then find it done.
  const tell = (bytes: number, totalBytes: number): void => onProgress?.({ bytes, totalBytes })
  const attempt = (): Promise<void> => stage(place, tell, signal, unpackFiles)
  const { unpackFiles } = await import('./unpack.js')
  await navigator.locks.request(prefixOf(place), signal ? { signal } : {}, async () => {
    try {
      await attempt()
    } catch (error) {
      if (signal?.aborted || reasonOf(error) === 'blocked') throw error
      // The host may have changed meanwhile: the list and the files are then of two generations.
      await attempt()
    }
    await keep(place, also, signal)
  })
  // A browser may ask the reader, who then decides in their own time.
  void navigator.storage?.persist?.()
  return saved(folder)
}

/** What of the index in `folder` is saved; see `Search.saved`. */
export async function saved(folder: string): Promise<Saved> {
  const [generation] = await generationsOf(folder)
  if (!generation) {
    const totalBytes = await readList(folder).then(list => bytesOf(list), () => 0)
    return { state: 'none', bytes: 0, totalBytes, also: [] }
  }
  const list = await listOf(generation)
  const there = new Set((await generation.cache.keys()).map(({ url }) => url))
  const files = list.files.filter(([name]) => there.has(folder + name))
  const extras = await caches.open(extrasOf({ scope: scopeOf(generation), folder }))
  return {
    state: files.length > 0 && files.length === list.files.length ? 'saved' : 'partly',
    bytes: bytesOf(list, files),
    totalBytes: bytesOf(list),
    also: (await extras.keys()).map(({ url }) => url),
  }
}

/** Removes what was saved of the index in `folder`; see `Search.unsave`. */
export async function unsave(folder: string): Promise<void> {
  const mine = (await ours()).filter(name => name.split(' ')[2] === folder)
  for (const scope of new Set(mine.map(name => name.split(' ')[1] ?? ''))) {
    await navigator.locks.request(prefixOf({ scope, folder }), async () => {
      for (const name of mine) if (name.startsWith(`sakuin ${scope} `)) await caches.delete(name)
    })
    // Another index below the scope may still need the worker.
    if ((await ours()).some(name => name.startsWith(prefixOf({ scope })))) continue
    const registration = await navigator.serviceWorker?.getRegistration(scope)
    if (registration?.active?.scriptURL.endsWith(`/${WORKER}`)) await registration.unregister()
  }
}

/** Registers the service worker, and gives its scope. */
async function register(url: string): Promise<string> {
  try {
    if (new URL(url).origin !== location.origin) throw new TypeError(`${url} is of another origin`)
    return (await registerWorker(url)).scope
  } catch (cause) {
    console.info('sakuin: no service worker, nothing is saved:', cause)
    throw new SakuinError('blocked', `the service worker ${url} can't be registered`, { cause })
  }
}

async function keep(place: Place, also: (string | URL)[], signal: AbortSignal | null): Promise<void> {
  const extras = await caches.open(extrasOf(place))
  for (const address of also) {
    const url = new URL(address, document.baseURI)
    if (url.origin !== location.origin) continue
    url.hash = ''
    const response = await fetch(url, { signal })
    if (response.ok) await put(extras, url.href, response)
  }
}

/** The complete generations of an index, the one to read first. */
async function generationsOf(folder: string): Promise<Generation[]> {
  const scopes = new Set((await ours()).map(name => name.split(' ')[1] ?? ''))
  const found = await Promise.all([...scopes].map(scope => generations({ scope, folder })))
  return found.flat().reverse()
}

async function ours(): Promise<string[]> {
  return (await caches.keys()).filter(name => name.startsWith('sakuin '))
}

function scopeOf({ name }: Generation): string {
  return name.split(' ')[1] ?? ''
}
