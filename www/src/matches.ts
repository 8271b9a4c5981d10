/** The words that a post was found by: marks them, without touching its elements, and goes through them. */

/** Ranges enough for any reader; a post of one repeated word has more. */
const MAX_RANGES = 2000

/** The names that `::highlight()` styles. */
const ALL = 'sakuin'
const CURRENT = 'sakuin-current'

/** The matches of one post, in the page's order. */
export class Matches {
  readonly ranges: Range[] = []
  /** Which of them is gone to; -1 before the first. */
  at = -1

  /** Marks what `words` matches within `element`. */
  constructor(words: RegExp, element: Element) {
    const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT)
    while (texts.nextNode() && this.ranges.length < MAX_RANGES) {
      const text = texts.currentNode as Text
      for (const match of text.data.matchAll(words)) {
        const range = new Range()
        range.setStart(text, match.index)
        range.setEnd(text, match.index + match[0].length)
        this.ranges.push(range)
      }
    }
    set(ALL, this.ranges)
    set(CURRENT, [])
  }

  /** Goes `by` so many on, round the ends. */
  go(by: 1 | -1): Range | undefined {
    const { length } = this.ranges
    this.at = this.at < 0 && by < 0 ? length - 1 : (this.at + by + length) % length
    const range = this.ranges[this.at]
    set(CURRENT, range ? [range] : [])
    return range
  }

  clear(): void {
    for (const name of [ALL, CURRENT]) registry()?.delete(name)
  }
}

function set(name: string, ranges: Range[]): void {
  const marked = registry() && new Highlight(...ranges)
  if (marked && name === CURRENT) marked.priority = 1
  if (marked) registry()?.set(name, marked)
}

/** Where the browser has no highlights, the words are gone to all the same. */
function registry(): HighlightRegistry | undefined {
  return 'highlights' in CSS ? CSS.highlights : undefined
}
