/** An index of three files and a glue that reads it, in place of the network and of wasm. */

import { createHash } from 'node:crypto'
import { deflateRawSync } from 'node:zlib'
import type { Source } from '../../src/engine.js'
import type { Engine as RealEngine, Need, Step } from '../../src/search-wasm.js'
import type { Answer, Post, Suggestion } from '../../src/types.js'

export const FOLDER = 'https://blog.example/search/'

/** What a host serves, by file name; a function is called for each request. */
export type Host = Map<string, Uint8Array | (() => Response | Promise<Response>)>

/** Requests made, as `name` or `name (cache mode)` where that isn't `force-cache`. */
export type Log = string[]

/** One generation: its manifest and a file each for lexicon, posts and text. */
export function publish(host: Host, generation: string): Need[] {
  const needs = ['lexicon', 'posts', 'text'].map(part => {
    const inflated = Buffer.from(`${part} of ${generation}`)
    const file = deflateRawSync(inflated)
    const hash = createHash('sha256').update(file).digest()
    const name = `${part}-${hash.toString('hex').slice(0, 8)}`
    host.set(name, new Uint8Array(file))
    return { file: name, sha256: [...hash], inflated_bytes: inflated.length, deflated: true }
  })
  host.set('sakuin.manifest', manifest({ generation, needs }))
  return needs
}

/** A manifest's file: a head of 16 bytes with version and size, then its body. */
export function manifest(body: object, version = 1): Uint8Array {
  const inflated = Buffer.from(JSON.stringify(body))
  const head = Buffer.alloc(16)
  head.writeUInt32LE(version, 0)
  head.writeUInt32LE(inflated.length, 4)
  return new Uint8Array(Buffer.concat([head, deflateRawSync(inflated)]))
}

/** Puts `host` in the place of `fetch`, with `integrity` checked as browsers do. */
export function serve(host: Host): Log {
  const log: Log = []
  globalThis.fetch = async (input, { cache, integrity } = {}) => {
    const name = String(input).slice(FOLDER.length)
    log.push(cache === 'force-cache' ? name : `${name} (${cache})`)
    const found = host.get(name)
    const response =
      typeof found === 'function'
        ? await found()
        : new Response(found as BodyInit | undefined, { status: found ? 200 : 404 })
    if (integrity && response.ok) {
      const bytes = new Uint8Array(await response.clone().arrayBuffer())
      const hash = createHash('sha256').update(bytes).digest('base64')
      if (integrity !== `sha256-${hash}`) throw new TypeError('Failed to fetch')
    }
    return response
  }
  return log
}

export function sourceOf(host: Host): Source {
  const file = host.get('sakuin.manifest') as Uint8Array<ArrayBuffer>
  return { folder: FOLDER, manifest: file, instantiate: async () => ({ Engine, manifest_body_bytes }) }
}

function manifest_body_bytes(file: Uint8Array): number {
  const head = new DataView(file.buffer, file.byteOffset)
  if (file.length < 16) throw named('FormatError')
  if (head.getUint32(0, true) !== 1) throw named('VersionError')
  return head.getUint32(4, true)
}

/** Counts the traps to come. */
export const traps = { left: 0 }

/** What the engine was called for. */
export const called: string[] = []

/** Needs the lexicon first, then posts and text; a query for `lexicon` needs only that. */
class Engine implements RealEngine {
  readonly #body: { generation: string; needs: Need[] }
  readonly #loaded = new Map<string, string>()

  constructor(_file: Uint8Array, body: Uint8Array) {
    this.#body = JSON.parse(new TextDecoder().decode(body))
  }

  query(text: string): Step<Answer> {
    called.push(text)
    if (traps.left > 0 && traps.left--) throw new WebAssembly.RuntimeError('unreachable')
    const [lexicon, ...others] = this.#body.needs as [Need, ...Need[]]
    if (!this.#loaded.has(lexicon.file)) return { needs: [lexicon] }
    const needs = others.filter(({ file }) => !this.#loaded.has(file))
    if (text !== 'lexicon' && needs.length > 0) return { needs }
    const texts = [...this.#loaded.values()].sort().join(', ')
    const hit = { id: text, url: '/', title: texts, tags: [], score: 1, tier: '', snippet: [], sections: [] }
    return { done: { hits: [hit], total: 1, exact: true, complete: true, tier: null, suggestion: null, facets: {} } }
  }

  suggest(prefix: string, limit: number): Step<Suggestion[]> {
    const [lexicon] = this.#body.needs as [Need, ...Need[]]
    if (!this.#loaded.has(lexicon.file)) return { needs: [lexicon] }
    return { done: [{ text: `${prefix}…`, posts: limit }] }
  }

  post(id: string): Step<Post> {
    const needs = this.#body.needs.filter(({ file }) => !this.#loaded.has(file))
    if (needs.length > 0) return { needs }
    if (id === 'gone') throw named('NotFoundError')
    return { done: { id, url: '/', title: id, tags: [], markdown: this.generation(), runs: [], related: [] } }
  }

  load(file: string, bytes: Uint8Array, sha256: Uint8Array): void {
    if (sha256.length !== 32) throw named('FormatError')
    this.#loaded.set(file, new TextDecoder().decode(bytes))
  }

  generation(): string {
    return this.#body.generation
  }

  free(): void {}
}

function named(name: string): Error {
  return Object.assign(new Error('invalid manifest, at byte 0'), { name })
}
