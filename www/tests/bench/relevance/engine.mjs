// An engine on a corpus, opened when it is first asked.

import { createRequire } from 'node:module'
import { join } from 'node:path'
import { hashOf, once } from './files.mjs'

/**
 * Answers of peers are kept: they are the same as long as the corpus, the queries, the versions
 * and what calls them are.
 */
export class Engine {
  #options
  #opened

  /** `set` and `name` say what is searched by which; `work` is a folder to write to. */
  constructor(options) {
    this.#options = options
  }

  /** Answers `queries`, `{ id, text }`, with at most `limit` hits, 0 for all. */
  async answer(queries, limit) {
    const { set, name, corpus, peers, work } = this.#options
    if (name === 'sakuin') return (await this.#open()).answer(queries, limit)
    const here = new URL('.', import.meta.url).pathname
    const callers = [`${name}.mjs`, 'words.mjs', 'orama.mjs'].map(file => join(here, file))
    const asked = JSON.stringify([limit, queries.map(({ id, text }) => [id, text])])
    const key = hashOf([corpus, join(peers, 'package-lock.json'), ...callers], asked)
    const kept = join(work, 'answers', `${set}-${name}-${key}.jsonl`)
    return new Map(await once(kept, async () => [...(await (await this.#open()).answer(queries, limit))]))
  }

  async #open() {
    if (!this.#opened) {
      const { set, name, corpus, program, peers, work } = this.#options
      const { open } = await import(`./${name}.mjs`)
      const packages = createRequire(join(peers, 'package.json'))
      this.#opened = await open({ corpus, folder: join(work, 'relevance', `${set}-${name}`), program, packages })
    }
    return this.#opened
  }

  async close() {
    await this.#opened?.close()
  }
}
