/** What a page that led to another leaves for it, in this tab's storage. */

export const ARRIVAL_KEY = 'sakuin-arrival'

export interface Arrival {
  pathname: string
  /** A pattern's source, of the words to mark. */
  words: string
}

/** Takes the note that was left for this page, if there is one. */
export function takeNote(): Arrival | undefined {
  try {
    const note = sessionStorage.getItem(ARRIVAL_KEY)
    if (note === null) return undefined
    sessionStorage.removeItem(ARRIVAL_KEY)
    const { pathname, words } = JSON.parse(note) as Partial<Arrival>
    return words && pathname === location.pathname ? { pathname, words } : undefined
  } catch {
    return undefined // storage that is refused, or holds something of another's
  }
}
