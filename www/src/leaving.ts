/** Following a hit to its own page: the link leads to the words, and the page there marks them. */

import { type Arrival, ARRIVAL_KEY } from './arrival-note.js'
import type { Hit, SnippetPart } from './types.js'
import { matchedWords } from './words.js'

/** The longest text to look for in a page, in UTF-16 units. */
const MAX_UNITS = 80

/** The address of `hit` at `anchor`, with a text fragment for the first words that were matched. */
export function addressWithText(href: string, hit: Hit, anchor: string | undefined, lang: string): string {
  const section = hit.sections.find(section => section.anchor === anchor)
  const text = textToFind((section ?? hit).snippet, lang)
  if (!text) return href
  // A hyphen would part the text from a prefix.
  const escaped = encodeURIComponent(text).replaceAll('-', '%2D')
  return `${href}${href.includes('#') ? '' : '#'}:~:text=${escaped}`
}

/** Leaves word for the page at `href`, if it is opened in this tab. */
export function leaveNote(href: string, hit: Hit): void {
  const words = matchedWords(hit)?.source
  const { origin, pathname } = new URL(href)
  if (!words || origin !== location.origin) return
  const note: Arrival = { pathname, words }
  try {
    sessionStorage.setItem(ARRIVAL_KEY, JSON.stringify(note))
  } catch {
    // Refused: the page opens without its marks.
  }
}

/**
 * The first matched run, widened to whole words: browsers find a text fragment only where it begins
 * and ends at a word's boundary, and know Japanese words as `Intl.Segmenter` does.
 */
export function textToFind(snippet: SnippetPart[], lang: string): string | undefined {
  const first = snippet.findIndex(part => part.matched)
  if (first < 0) return undefined
  const textOf = (parts: SnippetPart[]): string => parts.map(part => part.text).join('')
  const from = textOf(snippet.slice(0, first)).length
  const rest = snippet.slice(first)
  const unmatched = rest.findIndex(part => !part.matched)
  const to = from + textOf(unmatched < 0 ? rest : rest.slice(0, unmatched)).length
  const whole = textOf(snippet)
  let start = from
  let end = to
  for (const { index, segment } of new Intl.Segmenter(lang, { granularity: 'word' }).segment(whole)) {
    const ends = index + segment.length
    if (index <= from && from < ends) start = index
    if (index < to && to <= ends) end = ends
  }
  const text = whole.slice(start, end).trim()
  return text.length <= MAX_UNITS ? text : undefined
}
