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

/** A file of a list, with its SHA-256 in hexadecimal digits, and its bytes on the wire. */
export type Listed = [name: string, sha256: string, bytes: number]

/** The files of a generation. */
export interface List {
  /** The hash of the manifest, which names the generation. */
  manifest: string
  /** All but the manifest. */
  files: Listed[]
  /** Files that hold others: the first as many of `files` as it says, the next those behind. */
  packs?: [name: string, sha256: string, bytes: number, files: number][]
}

/** A pack, and the files that it holds. */
export type Pack = [name: string, sha256: string, bytes: number, files: Listed[]]

/** Gives the files of a pack to `keep`, and tells `onBytes` how many have come of its own. */
export type Unpacker = (
  response: Response,
  pack: Pack,
  keep: (file: Listed, response: Response) => Promise<void>,
  onBytes: (bytes: number) => void,
) => Promise<void>

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
export async function readList(folder: string, signal: AbortSignal | null = null): Promise<List> {
  const response = await request(folder + LIST, { cache: 'no-cache', signal })
  return parse(await response.json(), folder)
}

/**
 * Fetches what is missing of the generation that the host has now, and makes it the one that is
 * read. A copy of the same hash in an older generation is taken over. With `unpack`, files come
 * in packs where these are smaller than what is missing of them.
 *
 * @throws {SakuinError} as {@link request}; `blocked` when the browser gives no more room.
 */
export async function stage(
  place: Place,
  onProgress: (bytes: number, totalBytes: number) => void = () => {},
  signal: AbortSignal | null = null,
  unpack?: Unpacker,
): Promise<void> {
  const { folder } = place
  const list = await readList(folder, signal)
  const name = prefixOf(place) + list.manifest
  const older = await generations(place)
  const cache = await caches.open(name)
  const there = new Set((await cache.keys()).map(({ url }) => url))
  const totalBytes = bytesOf(list)
  const rate = totalBytes / wireBytes(list.files)
  let done = 0
  const add = (bytes: number): void => onProgress(Math.round((done += bytes * rate)), totalBytes)
  const missing = new Map<string, Listed>()
  const copies = new Map<string, Cache>()
  for (const generation of older) {
    for (const [name, sha256] of (await listOf(generation)).files) copies.set(name + sha256, generation.cache)
  }
  const tasks: (() => Promise<void>)[] = []
  const work = async (): Promise<void> => {
    for (let task = tasks.shift(); task; task = tasks.shift()) await task()
  }
  try {
    for (const file of list.files) {
      const [name, sha256, bytes] = file
      const url = folder + name
      const copy = there.has(url) || (await copies.get(name + sha256)?.match(url, ANY))
      if (copy instanceof Response) await put(cache, url, copy)
      if (copy) add(bytes)
      else missing.set(name, file)
    }
    for (const pack of unpack ? packsOf(list) : []) {
      const [name, , bytes, files] = pack
      const wanted = files.filter(([name]) => missing.has(name))
      const part = wireBytes(wanted) / bytes
      if (part <= 1) continue
      const keep = async (file: Listed, response: Response): Promise<void> => {
        signal?.throwIfAborted()
        if (wanted.includes(file)) await put(cache, folder + file[0], response)
      }
      tasks.push(async () => {
        // What is kept is what it holds; a copy of the whole would only take room.
        const response = await request(folder + name, { cache: 'no-store', signal })
        await unpack!(response, pack, keep, bytes => add(bytes * part))
      })
      for (const [name] of wanted) missing.delete(name)
    }
    for (const [name, sha256, bytes] of missing.values()) {
      tasks.push(async () => {
        await put(cache, folder + name, await fetchFile(folder + name, sha256, signal))
        add(bytes)
      })
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work))
    if (!there.has(folder + LIST)) await put(cache, folder + LIST, Response.json(list))
    if (!there.has(`${folder}sakuin.manifest`)) {
      const url = `${folder}sakuin.manifest`
      await put(cache, url, await fetchFile(url, list.manifest, signal))
    }
  } catch (error) {
    // The others, too, must not go on once this has failed.
    tasks.length = 0
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

/** The packs of a list. */
function packsOf({ files, packs = [] }: List): Pack[] {
  let first = 0
  return packs.map(([name, sha256, bytes, count]) => [name, sha256, bytes, files.slice(first, (first += count))])
}

/**
 * What saving takes, without the manifest's few bytes: all files, or a part of it for `files`,
 * by what they would take alone.
 */
export function bytesOf(list: List, files = list.files): number {
  const packs = packsOf(list)
  const packed = packs.reduce((sum, [, , bytes, files]) => sum + bytes - wireBytes(files), 0)
  const all = wireBytes(list.files)
  return Math.round(wireBytes(files) * (1 + (packed / all || 0)))
}

function wireBytes(files: Listed[]): number {
  return files.reduce((sum, [, , bytes]) => sum + bytes, 0)
}

/** Fetches a file past all copies, unless its name is its hash; the browser checks the hash. */
async function fetchFile(url: string, sha256: string, signal: AbortSignal | null): Promise<Response> {
  const bytes = sha256.replace(/../g, pair => String.fromCharCode(Number.parseInt(pair, 16)))
  const cache = url.endsWith('.skn') ? 'force-cache' : 'no-cache'
  return request(url, { cache, integrity: `sha256-${btoa(bytes)}`, signal })
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
  const { manifest, files, packs = [] } = list
  const ok =
    hash.test(manifest) &&
    [...files, ...packs].every(
      ([name, sha256, bytes, count = 0]) =>
        /^[\w-][\w.-]*$/.test(name) && hash.test(sha256) && bytes >= 0 && count >= 0,
    )
  if (ok) return list
  throw new SakuinError('broken', `${folder}${LIST} is not a list of files`)
}
