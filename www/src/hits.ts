/** Hits as options of the list. */

import { type Plan, dateOf, marked, safeUrl } from './dom.js'
import type { Hit, Section, SnippetPart } from './types.js'
import { markWords, matchedWords } from './words.js'

/** Sections shown of a hit. */
const MAX_SECTIONS = 3

/** Each hit as a link that is an option, and its sections as options below it; made as they are taken. */
export function* optionsOf(hits: Hit[], lang: string): Generator<Plan> {
  for (const [at, hit] of hits.entries()) {
    const sections = hit.sections.slice(0, MAX_SECTIONS)
    // The best of the post is mostly the best of a section, and said there.
    const repeated = sections.some(({ snippet }) => textOf(snippet) === textOf(hit.snippet))
    const words = matchedWords(hit)
    yield hitOption(hit, words, repeated ? [] : hit.snippet, `hit-${at}`, lang)
    for (const [of, section] of sections.entries()) yield sectionOption(hit, words, section, `hit-${at}-${of}`)
  }
}

function hitOption(hit: Hit, words: RegExp | undefined, snippet: SnippetPart[], id: string, lang: string): Plan {
  const date = dateOf(hit.date, lang)
  const tags = hit.tags.slice(0, 4).map((tag): Plan => ['span', { part: 'tag' }, tag])
  const about = date ? [date, ...tags] : tags
  return [
    'a',
    {
      role: 'option',
      part: 'option',
      id,
      'data-id': hit.id,
      'aria-selected': 'false',
      tabindex: '-1',
      href: safeUrl(hit.url),
    },
    ['span', { part: 'title' }, ...marked(markWords(hit.title || hit.url, words))],
    ...(about.length > 0 ? [['span', { part: 'about' }, ...about] as const] : []),
    ...(snippet.length > 0 ? [['span', { part: 'snippet' }, ...marked(snippet)] as const] : []),
  ]
}

function sectionOption(hit: Hit, words: RegExp | undefined, section: Section, id: string): Plan {
  const { heading, anchor, snippet } = section
  return [
    'a',
    {
      role: 'option',
      part: 'section',
      id,
      'data-id': hit.id,
      'data-anchor': anchor,
      'aria-selected': 'false',
      tabindex: '-1',
      href: safeUrl(hit.url, anchor),
    },
    ['span', { part: 'heading' }, ...marked(markWords(heading, words))],
    ['span', { part: 'snippet' }, ...marked(snippet)],
  ]
}

function textOf(parts: SnippetPart[]): string {
  return parts.map(({ text }) => text).join('')
}
