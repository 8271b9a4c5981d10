// Texts as a scan reads them, which is what answers are held against.

const WIDE = '\\p{sc=Han}\\p{sc=Hiragana}\\p{sc=Katakana}ー々'
// Where a line may break, or a space or emphasis may stand, without parting a word.
const BESIDE_WIDE = new RegExp(`(?<=[${WIDE}])[\\s*_\`]+(?=[\\p{L}\\p{N}])|(?<=[\\p{L}\\p{N}])[\\s*_\`]+(?=[${WIDE}])`, 'gu')

/** Compatibility forms, widths and case made one. */
export function fold(text) {
  return text.normalize('NFKC').toLowerCase()
}

/** The posts of a site, to be scanned. */
export class Scan {
  /** `posts` are lines of a corpus: `{ id, title, text }`. */
  constructor(posts) {
    this.posts = posts
    this.titles = posts.map(({ title }) => fold(title))
    this.texts = posts.map(({ title, text }) => fold(`${title}\n${text}`))
  }

  /** The places of the posts that hold `word`, as it stands. */
  holding(word) {
    const folded = fold(word)
    return places(this.texts, text => text.includes(folded))
  }

  /** The same, where white space and emphasis beside Japanese letters count for nothing. */
  holdingJoined(word) {
    this.joined ??= this.texts.map(text => text.replace(BESIDE_WIDE, ''))
    const folded = fold(word)
    return places(this.joined, text => text.includes(folded))
  }

  /** The places of the posts with `word` in the title. */
  titled(word) {
    const folded = fold(word)
    return places(this.titles, title => title.includes(folded))
  }

  /** The Latin words of each post, identifiers whole and in parts. */
  get latin() {
    this.latinWords ??= this.posts.map(({ title, text }) => latinWords(`${title}\n${text}`))
    return this.latinWords
  }

  /** Latin words that somewhere stand alone, between no letters, digits or underscores. */
  get latinAlone() {
    if (!this.wordsAlone) {
      this.wordsAlone = new Set()
      for (const text of this.texts)
        for (const [word] of text.matchAll(/(?<![a-z0-9_])[a-z]+(?![a-z0-9_])/g)) this.wordsAlone.add(word)
    }
    return this.wordsAlone
  }
}

function places(values, holds) {
  const found = []
  for (let at = 0; at < values.length; at++) if (holds(values[at])) found.push(at)
  return found
}

function latinWords(text) {
  const words = new Set()
  for (const [word] of text.normalize('NFKC').matchAll(/[A-Za-z0-9]+/g)) {
    words.add(word.toLowerCase())
    for (const [part] of word.matchAll(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+/g)) words.add(part.toLowerCase())
  }
  return words
}

/** What of a post is prose: without code, addresses and tags. */
export function prose({ title, text }) {
  return `${title}\n${text}`
    .replace(/^(```|~~~)[\s\S]*?^\1/gm, '\n')
    .replace(/`[^`\n]*`|<[^>\n]*>|\]\([^)\n]*\)|https?:\S+|^ {4}.*$|\{%.*?%\}|\{\{.*?\}\}/gm, '\n')
}
