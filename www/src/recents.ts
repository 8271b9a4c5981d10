/** Earlier searches, kept on the reader's machine where the site asks for it. */

/** The longest search that is kept, in UTF-16 units. */
const MAX_UNITS = 100

/** The searches over one index, the last one first. */
export class Recents {
  readonly #key: string

  /** `src` is the index folder's address; at most `limit` searches are kept. */
  constructor(
    src: string,
    private readonly limit: number,
  ) {
    this.#key = `sakuin-recent:${new URL(src).pathname}`
  }

  /** What is kept; nothing where the browser keeps nothing. */
  list(): string[] {
    try {
      const kept: unknown = JSON.parse(localStorage.getItem(this.#key) ?? '[]')
      return Array.isArray(kept) ? kept.filter(query => typeof query === 'string').slice(0, this.limit) : []
    } catch {
      return []
    }
  }

  add(query: string): void {
    const text = query.trim()
    if (text === '' || text.length > MAX_UNITS) return
    this.#keep([text, ...this.list().filter(other => other !== text)].slice(0, this.limit))
  }

  clear(): void {
    this.#keep([])
  }

  #keep(queries: string[]): void {
    try {
      if (queries.length > 0) localStorage.setItem(this.#key, JSON.stringify(queries))
      else localStorage.removeItem(this.#key)
    } catch {
      // Refused or full: there is nothing to do without.
    }
  }
}
