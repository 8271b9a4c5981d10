/**
 * Drives the engine: it says which files it needs, this fetches, verifies and inflates them, and
 * asks again. Runs in a worker, or where there is none in the page.
 *
 * An *edition* is one generation of the index with the engine that reads it. It is set aside for
 * a new one when a file of it can't be had and the manifest has changed meanwhile, or when its
 * engine traps. A query then starts over, so that no answer mixes two generations.
 */

import { UNPACKED, inflate, maxDeflatedBytes, readUpTo, sha256 } from './bytes.js'
import { SakuinError, reasonOf, request } from './errors.js'
import { readManifest } from './manifest.js'
import type { Engine, Need, Step } from './search-wasm.js'
import type { Answer, Post, QueryOptions, Suggestion } from './types.js'

type Glue = Pick<typeof import('./search-wasm.js'), 'Engine' | 'manifest_body_bytes'>

/** Lexicon and postings, posts and text, and as much again for a query that is widened. */
const MAX_TRIPS = 16

/** Where an index is, and what reads it. */
export interface Source {
  /** The index folder's address, which ends in `/`. */
  folder: string
  /** The manifest's file as it came. */
  manifest: Uint8Array<ArrayBuffer>
  /** A new instance of the engine's module. */
  instantiate: () => Promise<Glue>
}

/** Answers queries from an index on a static host. */
export class Driver {
  #edition: Promise<Edition>
  #rereading: Promise<void> | undefined

  private constructor(
    private readonly source: Source,
    edition: Edition,
  ) {
    this.#edition = Promise.resolve(edition)
  }

  /** @throws {SakuinError} when the manifest is of another version, or broken on the host too. */
  static async start(source: Source): Promise<Driver> {
    try {
      return new Driver(source, await edition(source, source.manifest))
    } catch (error) {
      if (reasonOf(error) !== 'broken') throw error
      // What a cache cut short, the host may have whole.
      const manifest = await readManifest(source.folder, 'reload')
      return new Driver(source, await edition(source, manifest))
    }
  }

  /** Answers `text`; where a file can't be had, the answer says so and is empty. */
  async query(text: string, options: QueryOptions, signal?: AbortSignal): Promise<Answer> {
    try {
      const given = readOptions(options)
      return await this.#answer(engine => engine.query(text, ...given), signal)
    } catch (error) {
      if (!(error instanceof Missing)) throw error
      const { code: reason, message: missing } = error.cause
      return { hits: [], total: 0, exact: false, complete: false, reason, missing, tier: null, suggestion: null, facets: {} }
    }
  }

  /** Ways that `prefix` may go on; none where a file can't be had. */
  async suggest(prefix: string, limit: number, signal?: AbortSignal): Promise<Suggestion[]> {
    try {
      return await this.#answer(engine => engine.suggest(prefix, limit), signal)
    } catch (error) {
      if (!(error instanceof Missing)) throw error
      return []
    }
  }

  /** @throws {SakuinError} when a file of the post can't be had. */
  async post(id: string, related: boolean, signal?: AbortSignal): Promise<Post> {
    try {
      return await this.#answer(engine => engine.post(id, related), signal)
    } catch (error) {
      throw error instanceof Missing ? error.cause : error
    }
  }

  async #answer<T>(ask: (engine: Engine) => Step<T>, signal?: AbortSignal): Promise<T> {
    // What has come meanwhile is heard first: nobody may wait for this any more, and the engine, once
    // called, hears nothing until it is done.
    await new Promise(done => setTimeout(done))
    signal?.throwIfAborted()
    let reread = false
    let trapped = false
    for (let trip = 0; trip < MAX_TRIPS; trip++) {
      const edition = await unless(signal, this.#edition)
      try {
        const step = edition.call(ask)
        if ('done' in step) return step.done
        await unless(signal, edition.fetchAll(step.needs))
      } catch (error) {
        if (signal?.aborted) throw error
        if (error instanceof Retired) continue
        if (error instanceof Trap) {
          this.#revive(edition)
          if (trapped) throw new SakuinError('broken', 'the engine stopped twice', error)
          trapped = true
        } else if (error instanceof SakuinError) {
          if (reread) throw new Missing(final(error))
          reread = true
          await unless(signal, this.#reread(edition))
        } else {
          throw error
        }
      }
    }
    throw new SakuinError('broken', `the index needs more than ${MAX_TRIPS} trips for an answer`)
  }

  /** Puts a new engine in the place of one that trapped: once, for all who waited on it. */
  #revive(trapped: Edition): void {
    if (trapped.retired) return
    trapped.retired = true
    this.#edition = edition(this.source, trapped.manifest)
  }

  /** Reads the manifest anew: once, for all who missed a file of the same edition. */
  #reread(stale: Edition): Promise<void> {
    if (stale.retired) return Promise.resolve()
    this.#rereading ??= this.#readNewer(stale).finally(() => (this.#rereading = undefined))
    return this.#rereading
  }

  async #readNewer(stale: Edition): Promise<void> {
    let newer: Edition
    try {
      newer = await edition(this.source, await readManifest(this.source.folder, 'reload'))
    } catch (error) {
      throw error instanceof SakuinError ? new Missing(error) : error
    }
    if (newer.generation === stale.generation) {
      newer.free()
    } else {
      this.#edition = Promise.resolve(newer)
      stale.free()
    }
  }
}

/** A file or the manifest can't be had, although the manifest was read anew. */
class Missing extends Error {
  constructor(override readonly cause: SakuinError) {
    super(cause.message)
  }
}

/** What a failure means after the manifest was read anew: then the network is there. */
function final(error: SakuinError): SakuinError {
  // With `integrity`, a wrong hash and a dead line look the same to us.
  const refused = error.code === 'offline' && error.cause !== undefined
  return refused ? new SakuinError('broken', `${error.message}, or a wrong hash`, error) : error
}

/** The module's instance stopped in mid-work; nothing it holds can be trusted. */
class Trap extends Error {}

/** Another edition has taken the place of the one asked. */
class Retired extends Error {}

async function edition(source: Source, manifest: Uint8Array<ArrayBuffer>): Promise<Edition> {
  const glue = await source.instantiate()
  const body = await inflate(
    manifest.subarray(16),
    checked(() => glue.manifest_body_bytes(manifest)),
  )
  return new Edition(source.folder, manifest, checked(() => new glue.Engine(manifest, body)))
}

class Edition {
  readonly generation: string
  /** Set when another edition has taken this one's place: nothing more is asked of it. */
  retired = false
  readonly #fetching = new Map<string, Promise<void>>()
  /** Files that came damaged: a cache on the way may hold them so. */
  readonly #damaged = new Set<string>()

  constructor(
    private readonly folder: string,
    readonly manifest: Uint8Array<ArrayBuffer>,
    private readonly engine: Engine,
  ) {
    this.generation = this.call(engine => engine.generation())
  }

  call<T>(ask: (engine: Engine) => T): T {
    if (this.retired) throw new Retired()
    return checked(() => ask(this.engine))
  }

  /** Fetches all that is needed side by side; what another query already waits for, once. */
  async fetchAll(needs: Need[]): Promise<void> {
    await Promise.all(
      needs.map(need => {
        let fetching = this.#fetching.get(need.file)
        if (!fetching) {
          fetching = this.#fetch(need).finally(() => this.#fetching.delete(need.file))
          this.#fetching.set(need.file, fetching)
        }
        return fetching
      }),
    )
  }

  async #fetch({ file: name, sha256: known, inflated_bytes, deflated }: Need): Promise<void> {
    const url = new URL(name, this.folder).href
    if (!url.startsWith(this.folder)) {
      throw new SakuinError('broken', `the index names a file outside its folder: ${name}`)
    }
    // A name is a hash of what it holds, so that however old a copy is, it is good.
    const cache = this.#damaged.has(name) ? 'reload' : 'force-cache'
    try {
      const integrity = known ? `sha256-${btoa(String.fromCharCode(...known))}` : ''
      const response = await request(url, { cache, integrity })
      const maxBytes = deflated ? maxDeflatedBytes(inflated_bytes) : inflated_bytes
      const file = response.body ? await readUpTo(response.body, maxBytes) : new Uint8Array()
      const hash = response.headers.has(UNPACKED) ? new Uint8Array() : await sha256(file)
      const bytes = deflated ? await inflate(file, inflated_bytes) : file
      if (!this.retired) this.call(engine => engine.load(name, bytes, hash))
    } catch (error) {
      this.#damaged.add(name)
      throw error
    }
  }

  free(): void {
    this.retired = true
    this.engine.free()
  }
}

/** Options as the engine takes them, one by one. */
function readOptions({ limit = 10, offset = 0, filters = {}, sort, facets = [], explain = false, recency = 0 }: QueryOptions) {
  if ([limit, offset].some(count => count >>> 0 !== count)) throw new TypeError('limit or offset is no count')
  const ended = (texts: string[]): string => texts.map(text => `${text}\0`).join('')
  const pairs = Object.entries(filters).flatMap(([key, values]) => values.flatMap(value => [key, value]))
  return [limit, offset, sort === 'date', explain, recency, ended(pairs), ended(facets)] as const
}

/** Calls into the module: what it refuses is a {@link SakuinError}, anything else a trap. */
function checked<T>(call: () => T): T {
  try {
    return call()
  } catch (cause) {
    const { name, message } = cause as Error
    if (name === 'VersionError') throw new SakuinError('version', message, { cause })
    // A post may be gone since its id was noted: the manifest is read anew before that is told.
    if (name === 'FormatError' || name === 'NotFoundError') throw new SakuinError('broken', message, { cause })
    throw new Trap('the engine stopped', { cause })
  }
}

/** Waits for `promise` unless `signal` is aborted first; what was waited for goes on. */
async function unless<T>(signal: AbortSignal | undefined, promise: Promise<T>): Promise<T> {
  if (!signal) return promise
  let stop = (): void => {}
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason)
    signal.addEventListener('abort', stop)
    if (signal.aborted) stop()
  })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
