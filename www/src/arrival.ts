/** Marks, on the page a hit led to, the words it was found by, and goes to the first of them. */

import css from './arrival.css'
import { Matches } from './matches.js'
import { adopt } from './styles.js'

/** Compared by the element, which may be older or newer. */
export const build = BUILD

/** The name that `::highlight()` styles; not the reader's, which may open over this page. */
const NAME = 'sakuin-arrival'

/** Marks what matches the pattern `words` in the page's main part; Escape takes the marks away. */
export function mark(words: string): void {
  const main = document.querySelector('main, [role=main], article') ?? document.body
  const found = new Matches(new RegExp(words, 'giu'), main)
  const { ranges } = found
  found.clear()
  // An anchor, or a text fragment where the browser heeds one, has been gone to already.
  const atTop = scrollY === 0 && location.hash === ''
  if (atTop) ranges[0]?.startContainer.parentElement?.scrollIntoView({ block: 'center' })
  if (!('highlights' in CSS)) return
  adopt(document, css)
  CSS.highlights.set(NAME, new Highlight(...ranges))
  const marked = new AbortController()
  const clear = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || event.isComposing) return
    CSS.highlights.delete(NAME)
    marked.abort()
  }
  document.addEventListener('keydown', clear, { signal: marked.signal })
}
