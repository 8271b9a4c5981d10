/** The reader's mark in the browser's history: which post is open. */

export interface Entry {
  /** The index folder, since a page may hold two elements. */
  src: string
  id: string
}

/** The mark that an element over the index `src` left in `state`. */
export function entryOf(state: unknown, src: string): Entry | undefined {
  const entry = (state as { sakuin?: Entry } | null)?.sakuin
  return entry?.src === src && typeof entry.id === 'string' ? entry : undefined
}
