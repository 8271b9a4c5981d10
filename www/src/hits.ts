/** Hits as options of the list. */

import { dayOf, safeUrl } from './dom.js'
import { type Plan, marked } from './plan.js'
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
    const shared = { hit, lang, words: matchedWords(hit), href: safeUrl(hit.url) }
    yield hitOption(shared, repeated ? [] : hit.snippet, `hit-${at}`)
    for (const [of, section] of sections.entries()) yield sectionOption(shared, section, `hit-${at}-${of}`)
  }
}

/** What the options of one hit have in common. */
interface Shared {
  hit: Hit
  lang: string
  words: RegExp | undefined
  href: string | undefined
}

function hitOption({ hit, lang, words, href }: Shared, snippet: SnippetPart[], id: string): Plan {
  const date = dayOf(hit.date, lang)
  const about: Plan[] = date ? [['time', { part: 'date', datetime: date.day }, date.words]] : []
  for (const tag of hit.tags.slice(0, 4)) about.push(['span', { part: 'tag' }, tag])
  return [
    'a',
    {
      role: 'option',
      part: 'option',
      id,
      'data-id': hit.id,
      'aria-selected': 'false',
      tabindex: '-1',
      href,
    },
    ['span', { part: 'title' }, ...marked(markWords(hit.title || hit.url, words))],
    ...(about.length > 0 ? [['span', { part: 'about' }, ...about] as const] : []),
    ...(snippet.length > 0 ? [['span', { part: 'snippet' }, ...marked(snippet)] as const] : []),
  ]
}

function sectionOption({ hit, words, href }: Shared, section: Section, id: string): Plan {
  const { heading, anchor, snippet } = section
  const there = anchor ? `#${encodeURIComponent(anchor)}` : ''
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
      href: href && (there ? href.replace(/#.*/, '') + there : href),
    },
    ['span', { part: 'heading' }, ...marked(markWords(heading, words))],
    ['span', { part: 'snippet' }, ...marked(snippet)],
  ]
}

function textOf(parts: SnippetPart[]): string {
  return parts.map(({ text }) => text).join('')
}
