/**
 * What is saved for reading without a network, in the browser's caches: one cache for each
 * generation of an index. Page and service worker share this, and need no wasm for it.
 *
 * A generation is every file that `offline.json` lists, and the manifest. The manifest comes
 * last, and makes the generation complete in one step; only then are others removed. So at any
 * moment, whenever a step is cut short, the newest complete one is whole, and is the one that
 * is read.
 */

import { SakuinError, request } from './errors.js'

/** The list of an index's files, which the builder writes. */
const LIST = 'offline.json'

/** Files fetched side by side. */
const AT_ONCE = 6

/** The service worker's scope and the index folder, both whole addresses that end in `/`. */
export interface Place {
  scope: string
  folder: string
}

/** The files of a generation, with the SHA-256 of each in hexadecimal digits. */
export interface List {
  /** The hash of the manifest, which names the generation. */
  manifest: string
  /** All but the manifest. */
  files: [name: string, sha256: string, bytes: number][]
}

/** A generation that is there whole. */
export interface Generation {
  folder: string
  name: string
  cache: Cache
}

/** Where to find what: addresses are compared without the headers that a request came with. */
export const ANY: CacheQueryOptions = { ignoreVary: true }

/** Begins the names of a place's caches; addresses hold no space. */
export function prefixOf({ scope, folder }: Partial<Place>): string {
  return `sakuin ${scope} ${folder ? `${folder} ` : ''}`
}

/** The cache of addresses kept besides. */
export function extrasOf(place: Place): string {
  return `${prefixOf(place)}also`
}

/** The complete generations of a place, or of all below a scope; the one to read last. */
export async function generations(place: Partial<Place>): Promise<Generation[]> {
  const found: Generation[] = []
  for (const name of await caches.keys()) {
    if (!name.startsWith(prefixOf(place))) continue
    const folder = name.split(' ')[2] ?? ''
    // Opening a cache that was just removed would bring it back, empty.
    const manifest = await caches.match(`${folder}sakuin.manifest`, { ...ANY, cacheName: name })
    if (manifest) found.push({ folder, name, cache: await caches.open(name) })
  }
  return found
}

/** The list of a saved generation. */
export async function listOf({ cache, folder }: Generation): Promise<List> {
  const response = await cache.match(folder + LIST, ANY)
  return response ? response.json() : { manifest: '', files: [] }
}

/** The list as the host has it now. */
export async function readList(folder: string, signal?: AbortSignal): Promise<List> {
  const response = await request(folder + LIST, { cache: 'no-cache', ...(signal && { signal }) })
  return parse(await response.json(), folder)
}

/**
 * Fetches what is missing of the generation that the host has now, and makes it the one that is
 * read. A copy of the same hash in an older generation is taken over.
 *
 * @throws {SakuinError} as {@link request}; `blocked` when the browser gives no more room.
 */
export async function stage(
  place: Place,
  onProgress: (bytes: number, totalBytes: number) => void = () => {},
  signal?: AbortSignal,
): Promise<void> {
  const { folder } = place
  const list = await readList(folder, signal)
  const name = prefixOf(place) + list.manifest
  const older = await generations(place)
  const cache = await caches.open(name)
  const there = new Set((await cache.keys()).map(({ url }) => url))
  const totalBytes = bytesOf(list)
  let bytes = 0
  const rest = [...list.files]
  const fetchNext = async (): Promise<void> => {
    for (let file = rest.shift(); file; file = rest.shift()) {
      const [name, sha256, fileBytes] = file
      if (!there.has(folder + name)) {
        const copy = await copyOf(older, folder + name, sha256)
        await put(cache, folder + name, copy ?? (await fetchFile(folder + name, sha256, signal)))
      }
      bytes += fileBytes
      onProgress(bytes, totalBytes)
    }
  }
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, fetchNext))
    if (!there.has(folder + LIST)) await put(cache, folder + LIST, Response.json(list))
    if (!there.has(`${folder}sakuin.manifest`)) {
      const url = `${folder}sakuin.manifest`
      await put(cache, url, await fetchFile(url, list.manifest, signal))
    }
  } catch (error) {
    // The others, too, must not go on once this has failed.
    rest.length = 0
    signal?.throwIfAborted()
    if ((error as Error).name !== 'QuotaExceededError') throw error
    if (!older.some(generation => generation.name === name)) await caches.delete(name)
    throw new SakuinError('blocked', 'the browser gives no more room', { cause: error })
  }
  for (const other of await caches.keys()) {
    const kept = other === name || other === extrasOf(place)
    if (other.startsWith(prefixOf(place)) && !kept) await caches.delete(other)
  }
}

/** The bytes of a generation on the wire, but for the manifest's few. */
export function bytesOf({ files }: List): number {
  return files.reduce((sum, [, , bytes]) => sum + bytes, 0)
}

/** Fetches a file past all copies, unless its name is its hash; the browser checks the hash. */
async function fetchFile(url: string, sha256: string, signal?: AbortSignal): Promise<Response> {
  const bytes = sha256.replace(/../g, pair => String.fromCharCode(Number.parseInt(pair, 16)))
  const cache = url.endsWith('.skn') ? 'force-cache' : 'no-cache'
  return request(url, { cache, integrity: `sha256-${btoa(bytes)}`, ...(signal && { signal }) })
}

/** A copy of the file `url` in one of the generations, if it is listed with this hash there. */
async function copyOf(older: Generation[], url: string, sha256: string): Promise<Response | undefined> {
  for (const generation of older) {
    const { files } = await listOf(generation)
    const same = files.some(([name, hash]) => generation.folder + name === url && hash === sha256)
    const copy = same && (await generation.cache.match(url, ANY))
    if (copy) return copy
  }
  return undefined
}

/** Puts a response as one that answers any request for `url`. */
export async function put(cache: Cache, url: string, response: Response): Promise<void> {
  const headers = new Headers(response.headers)
  // The body is decoded already; and a redirected response is none for a navigation.
  for (const name of ['vary', 'content-encoding', 'content-length']) headers.delete(name)
  await cache.put(url, new Response(response.body, { headers }))
}

/** A list names files beside the manifest, whatever the host says. */
function parse(list: List, folder: string): List {
  const hash = /^[0-9a-f]{64}$/
  const ok =
    hash.test(list.manifest) &&
    list.files.every(
      ([name, sha256, bytes]) => /^[\w-][\w.-]*$/.test(name) && hash.test(sha256) && bytes >= 0,
    )
  if (ok) return list
  throw new SakuinError('broken', `${folder}${LIST} is not a list of files`)
}
