/**
 * Search without a page: opens an index and answers queries.
 *
 * ```ts
 * const search = await open('/search/')
 * const { hits } = await search.query('全文検索', { limit: 5 })
 * ```
 */

import { SakuinError, reasonOf } from './errors.js'
import { readManifest } from './manifest.js'
import { compile } from './module.js'
import { type Call, type Port, READY, type Reply } from './protocol.js'
import { startWorker } from './trusted.js'
import type { Answer, Post, QueryOptions, Related, SaveOptions, Saved, Suggestion } from './types.js'

export { SakuinError } from './errors.js'
/** @internal */
export { reasonOf } from './errors.js'
/** @internal */
export { compile } from './module.js'
/** @internal */
export { registerWorker } from './trusted.js'
export type {
  Answer,
  Contribution,
  FilterKey,
  Hit,
  Post,
  QueryOptions,
  Reason,
  Related,
  SaveOptions,
  SaveProgress,
  Saved,
  Section,
  SnippetPart,
  Suggestion,
} from './types.js'

/** Where to load the engine from, where not from beside this script. */
export interface OpenOptions {
  wasmUrl?: string | URL
  workerUrl?: string | URL
}

/** An opened index. */
export interface Search {
  /**
   * Answers `text`. Queries run side by side, and an older one never holds up a newer.
   *
   * @throws {SakuinError} when the engine fails, and `signal.reason` when that is aborted.
   */
  query(text: string, options?: QueryOptions & { signal?: AbortSignal }): Promise<Answer>
  /**
   * The ways that a query being typed may go on, those that most posts hold first; 8 where no
   * `limit` is given. None where the index can't be had. Throws as `query`.
   */
  suggest(prefix: string, options?: { limit?: number; signal?: AbortSignal }): Promise<Suggestion[]>
  /**
   * The whole post that a hit's `id` names, or its address as the hit has it. Throws as `query`,
   * and when a file can't be had.
   */
  post(id: string, options?: { signal?: AbortSignal }): Promise<Post>
  /**
   * Posts that are related to that one, the closest first, at most 5, as the builder found them.
   * Throws as `post`.
   */
  related(id: string, options?: { signal?: AbortSignal }): Promise<Related[]>
  /**
   * Saves the index with all posts and scripts, so that they are there without a network, at
   * their own addresses too. What is saved is brought up to date as the reader comes back.
   *
   * @throws {SakuinError} `blocked` where the browser has no room or no service worker for it,
   *   `offline` or `broken` when a file can't be had, and `signal.reason` when that is aborted.
   */
  save(options?: SaveOptions): Promise<Saved>
  /** What is saved; `totalBytes` is 0 where that can't be told without a network. */
  saved(): Promise<Saved>
  /** Removes all that was saved, and the service worker. */
  unsave(): Promise<void>
  /** Ends the worker. What still waits for an answer is rejected. */
  close(): void
}

/**
 * Opens the index in the folder `src` that `sakuin build` wrote: loads its manifest and the
 * engine, side by side.
 *
 * @throws {SakuinError} when one of them can't be had or doesn't fit the other.
 */
export async function open(src: string | URL, options: OpenOptions = {}): Promise<Search> {
  const base = globalThis.document?.baseURI ?? globalThis.location?.href
  const folder = new URL(src, base)
  folder.search = folder.hash = ''
  if (!folder.pathname.endsWith('/')) folder.pathname += '/'
  const wasmUrl = new URL(options.wasmUrl ?? new URL('./search.wasm', import.meta.url), base)
  const workerUrl = new URL(options.workerUrl ?? new URL('./worker.js', import.meta.url), base)

  const connecting = connect(workerUrl.href, folder.href)
  try {
    const [connection, module, manifest] = await Promise.all([
      connecting,
      compile(wasmUrl.href),
      readManifest(folder.href, 'no-cache'),
    ])
    await connection.ask({ start: { folder: folder.href, module, manifest } })
    return connection
  } catch (error) {
    connecting.then(connection => connection.close(), () => {})
    throw error
  }
}

/** Talks to a worker, or to the same code in this thread. */
class Connection implements Search {
  readonly #waiting = new Map<number, { done(value: unknown): void; failed(error: Error): void }>()
  #calls = 0
  #ended: Error | undefined

  constructor(
    private readonly folder: string,
    private readonly port: Port,
    private readonly end: () => void,
  ) {
    port.addEventListener('message', ({ data }) => this.#onReply(data as Reply))
  }

  query(
    text: string,
    { signal, ...options }: QueryOptions & { signal?: AbortSignal } = {},
  ): Promise<Answer> {
    return this.ask({ query: text, options }, signal) as Promise<Answer>
  }

  suggest(
    prefix: string,
    { limit = 8, signal }: { limit?: number; signal?: AbortSignal } = {},
  ): Promise<Suggestion[]> {
    return this.ask({ suggest: prefix, limit }, signal) as Promise<Suggestion[]>
  }

  post(id: string, { signal }: { signal?: AbortSignal } = {}): Promise<Post> {
    return this.ask({ post: id }, signal) as Promise<Post>
  }

  async related(id: string, { signal }: { signal?: AbortSignal } = {}): Promise<Related[]> {
    return ((await this.ask({ post: id, related: true }, signal)) as Post).related
  }

  async save(options?: SaveOptions): Promise<Saved> {
    return (await offline()).save(this.folder, options)
  }

  async saved(): Promise<Saved> {
    return (await offline()).saved(this.folder)
  }

  async unsave(): Promise<void> {
    return (await offline()).unsave(this.folder)
  }

  close(): void {
    this.#ended = new SakuinError('broken', 'the search was closed')
    this.end()
    this.fail(this.#ended)
  }

  /** Rejects all that wait. */
  fail(error: Error): void {
    for (const { failed } of this.#waiting.values()) failed(error)
    this.#waiting.clear()
  }

  ask(call: Body<Call>, signal?: AbortSignal): Promise<unknown> {
    return new Promise((done, failed) => {
      signal?.throwIfAborted()
      if (this.#ended) throw this.#ended
      const id = ++this.#calls
      const stop = (): void => {
        if (!this.#waiting.delete(id)) return
        this.port.postMessage({ id, abort: true })
        failed(signal?.reason)
      }
      this.#waiting.set(id, { done, failed })
      this.port.postMessage({ id, ...call })
      signal?.addEventListener('abort', stop, { once: true })
    })
  }

  #onReply(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id)
    if (!waiting) return
    this.#waiting.delete(reply.id)
    if ('done' in reply) waiting.done(reply.done)
    else waiting.failed(new SakuinError(reply.failed.code, reply.failed.message))
  }
}

/** Few readers save, and none before they have found something. */
function offline(): Promise<typeof import('./offline.js')> {
  return import('./offline.js')
}

type Body<T> = T extends unknown ? Omit<T, 'id'> : never

/** Starts the worker; where the page or the browser refuses one, the engine runs here. */
async function connect(workerUrl: string, folder: string): Promise<Connection> {
  try {
    return await connectWorker(workerUrl, folder)
  } catch (cause) {
    if (reasonOf(cause) === 'version') throw cause
    if (globalThis.Worker) console.info('sakuin: no worker, searching in the page:', cause)
    try {
      const { serve } = await import('./worker.js')
      const { port1, port2 } = new MessageChannel()
      const ready = untilReady(port1)
      serve(port2)
      port1.start()
      await ready
      return new Connection(folder, port1, () => port1.close())
    } catch (cause) {
      if (reasonOf(cause) === 'version') throw cause
      throw new SakuinError('broken', `${workerUrl} can't be loaded`, { cause })
    }
  }
}

/** @throws {SakuinError} when the worker is of another build. */
function untilReady(port: Port): Promise<void> {
  return new Promise((done, failed) => {
    const hear = ({ data }: MessageEvent): void => {
      if (data === READY) done()
      else failed(new SakuinError('version', 'worker.js is of another build than the page'))
    }
    port.addEventListener('message', hear, { once: true })
  })
}

function connectWorker(url: string, folder: string): Promise<Connection> {
  return new Promise((done, failed) => {
    const worker = startWorker(url)
    const connection = new Connection(folder, worker, () => worker.terminate())
    untilReady(worker).then(() => done(connection), failed)
    worker.addEventListener('error', event => {
      // From a script that can't be loaded, the event tells nothing.
      const error = new SakuinError('broken', `worker: ${event.message || `can't load ${url}`}`)
      failed(error)
      connection.fail(error)
    })
  })
}
