/** What a query takes and what it answers. These shapes are the package's public contract. */

/** A run of a snippet; `matched` runs are what the query asked for. */
export interface SnippetPart {
  text: string
  matched: boolean
}

/** A part of a post, under a heading of its own. */
export interface Section {
  heading: string
  /** The heading's id on the post's page, without `#`. */
  anchor: string
  snippet: SnippetPart[]
}

/** A post that answers a query. */
export interface Hit {
  /** Names the post to {@link Search.post}. */
  id: string
  /** As the builder wrote it: absolute, or from the root of the site. */
  url: string
  title: string
  /** RFC 3339, or its date alone. */
  date?: string | null
  tags: string[]
  score: number
  /** How much of the query it holds: `phrase`, `all`, `prefix` or `most`. */
  tier: string
  snippet: SnippetPart[]
  sections: Section[]
  /** How the score came about, where asked for. */
  explain?: Contribution[]
}

/** A term of the query that a post holds. */
export interface Contribution {
  /** As the index holds it. */
  term: string
  /** How it was met. */
  matched: string
  /** What it adds to the score. The terms of one word count together, at the first of them. */
  score: number
  /** Posts that hold it. */
  df: number
  /** Occurrences in headings and text. */
  tf: number
  /** Of `title`, `headings` and `tags`, those that hold it. */
  fields: string[]
}

/** What posts are told apart by. */
export type FilterKey = 'tags' | 'lang' | 'section' | 'year'

/** The answer to a query. */
export interface Answer {
  /** Best first. */
  hits: Hit[]
  /** How many posts answer the query, whatever the limit. */
  total: number
  /** Whether `total` was counted in full. */
  exact: boolean
  /** False when something was missing; `hits` may then be empty. */
  complete: boolean
  /** Why it was missing. */
  reason?: Reason
  /** What was missing, in words for developers. */
  missing?: string
  /** The best rule among the hits'; null where there are none. */
  tier: string | null
  /** What the query may have meant, where a word of it is in no post; else null. */
  suggestion: string | null
  /** For each key asked for, its values and the posts that have them, the most frequent first. */
  facets: Partial<Record<FilterKey, [value: string, posts: number][]>>
}

/** A way that a query may go on. */
export interface Suggestion {
  /** The whole query. */
  text: string
  /** The posts that hold its last word. */
  posts: number
}

/** A whole post, from the index alone. */
export interface Post {
  id: string
  url: string
  title: string
  date?: string | null
  tags: string[]
  /** BCP 47, or empty where the post names none. */
  lang?: string | null
  markdown: string
  /** What the code in it is made of, for `render`; empty without highlighting. */
  runs: number[]
  /** Posts that are related to it, the closest first; only `related` asks for them. */
  related: Related[]
}

/** A post that is related to another: it shares the words that few other posts have. */
export interface Related {
  id: string
  url: string
  title: string
  date?: string | null
  tags: string[]
}

/** How a query is to be answered; the engine has a default for each. */
export interface QueryOptions {
  /** Hits wanted; 10 by default. */
  limit?: number
  /** Hits to skip; 0 by default. */
  offset?: number
  /** Only posts that have, for each key here, one of its values; any value where the list is empty. */
  filters?: Partial<Record<FilterKey, string[]>>
  /** The best first by default; by date, the newest. */
  sort?: 'relevance' | 'date'
  /** Keys to count the values of, over all posts found. */
  facets?: FilterKey[]
  /** Whether each hit is to say how its score came about. */
  explain?: boolean
  /**
   * What being the newest post of the index adds to a score, as a part of what holding the
   * whole query does: 1 is much. A year older adds half of it. 0 by default.
   */
  recency?: number
}

/** How to save an index for reading without a network. */
export interface SaveOptions {
  /** The service worker's address; by default `sakuin-sw.js` in the folder above the index. */
  worker?: string | URL
  /**
   * Addresses of this origin to keep besides, such as a post's pictures. A page among them is
   * shown, without a network, in place of the reader.
   */
  also?: (string | URL)[]
  /** Called whenever more has come. */
  onProgress?(progress: SaveProgress): void
  /** Stops; what has come is kept for the next try. */
  signal?: AbortSignal
}

/** How far saving is, in bytes of files; a host may send them compressed. */
export interface SaveProgress {
  bytes: number
  totalBytes: number
}

/** What of an index is saved. */
export interface Saved extends SaveProgress {
  /** `partly` where the browser has thrown something away since; saving again fetches it. */
  state: 'none' | 'partly' | 'saved'
  /** The addresses kept besides. */
  also: string[]
}

/**
 * Why something could not be had:
 * `offline`, the server can't be reached; `blocked`, the page's security policy or the
 * server's refuses it; `version`, index and script are of two formats; `broken`, the index or
 * a script is missing or damaged.
 */
export type Reason = 'offline' | 'blocked' | 'version' | 'broken'
