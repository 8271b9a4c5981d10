/** Marks words in a rendered post, without touching its elements. */

/** Ranges enough for any reader; a post of one repeated word has more. */
const MAX_RANGES = 2000

/** The name that `::highlight()` styles. */
const NAME = 'sakuin'

/** Highlights what `words` matches within `element`, and returns it in the page's order. */
export function highlight(words: RegExp | undefined, element: Element): Range[] {
  const ranges: Range[] = []
  const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT)
  while (words && texts.nextNode() && ranges.length < MAX_RANGES) {
    const text = texts.currentNode as Text
    for (const match of text.data.matchAll(words)) {
      const range = new Range()
      range.setStart(text, match.index)
      range.setEnd(text, match.index + match[0].length)
      ranges.push(range)
    }
  }
  // Where the browser has no highlights, the words are scrolled to all the same.
  if ('highlights' in CSS) CSS.highlights.set(NAME, new Highlight(...ranges))
  return ranges
}

export function clearHighlight(): void {
  if ('highlights' in CSS) CSS.highlights.delete(NAME)
}
