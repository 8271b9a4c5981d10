/** The words that a hit was found by, and where they stand in other text of the same post. */

import type { Hit, SnippetPart } from './types.js'

let last: RegExp | undefined

/** A pattern for every run that the hit's snippets mark; undefined where they mark none. */
export function matchedWords({ snippet, sections }: Hit): RegExp | undefined {
  const parts = [snippet, ...sections.map(section => section.snippet)].flat()
  const words = new Set(parts.filter(part => part.matched).map(part => part.text.trim()))
  words.delete('')
  if (words.size === 0) return undefined
  // The longest first: 検索エンジン is one match, not 検索 and a rest.
  const longestFirst = [...words].sort((a, b) => b.length - a.length)
  const source = longestFirst.map(word => boundary(word) + escape(word)).join('|')
  // To make one takes as long as to use it, and most hits of an answer share theirs.
  if (last?.source !== source) last = new RegExp(source, 'giu')
  return last
}

/** Splits `text` into runs that `words` matches and runs between them. */
export function markWords(text: string, words: RegExp | undefined): SnippetPart[] {
  const parts: SnippetPart[] = []
  let at = 0
  for (const match of words ? text.matchAll(words) : []) {
    if (at < match.index) parts.push({ text: text.slice(at, match.index), matched: false })
    parts.push({ text: match[0], matched: true })
    at = match.index + match[0].length
  }
  if (at < text.length) parts.push({ text: text.slice(at), matched: false })
  return parts
}

/** Latin words begin where a word begins: "art" is not in "start". */
function boundary(word: string): string {
  return /^\p{Script=Latin}/u.test(word) ? '(?<![\\p{Script=Latin}\\p{N}])' : ''
}

function escape(word: string): string {
  return word.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
}
