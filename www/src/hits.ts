/** Hits as options of the list. */

import { dateOf, make, marked, safeUrl } from './dom.js'
import type { Hit, SnippetPart } from './types.js'
import { markWords, matchedWords } from './words.js'

/** Sections shown of a hit. */
const MAX_SECTIONS = 3

/** Each hit as a link that is an option, and its sections as options below it. */
export function optionsOf(hits: Hit[], lang: string): HTMLElement[] {
  return hits.flatMap((hit, at) => {
    const sections = hit.sections.slice(0, MAX_SECTIONS)
    // The best of the post is mostly the best of a section, and said there.
    const repeated = sections.some(({ snippet }) => textOf(snippet) === textOf(hit.snippet))
    const snippet = repeated ? [] : hit.snippet
    return [
      hitOption(hit, snippet, `hit-${at}`, lang),
      ...sections.map((section, of) => sectionOption(hit, section, `hit-${at}-${of}`)),
    ]
  })
}

function hitOption(hit: Hit, snippet: SnippetPart[], id: string, lang: string): HTMLElement {
  const title = markWords(hit.title || hit.url, matchedWords(hit))
  const date = dateOf(hit.date, lang)
  const about = make('span', { part: 'about' }, ...(date ? [date] : []))
  for (const tag of hit.tags.slice(0, 4)) about.append(make('span', { part: 'tag' }, tag))
  return make(
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
    make('span', { part: 'title' }, ...marked(title)),
    ...(about.hasChildNodes() ? [about] : []),
    ...(snippet.length > 0 ? [make('span', { part: 'snippet' }, ...marked(snippet))] : []),
  )
}

function sectionOption(hit: Hit, section: Hit['sections'][number], id: string): HTMLElement {
  const { heading, anchor, snippet } = section
  return make(
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
    make('span', { part: 'heading' }, ...marked(markWords(heading, matchedWords(hit)))),
    make('span', { part: 'snippet' }, ...marked(snippet)),
  )
}

function textOf(parts: SnippetPart[]): string {
  return parts.map(({ text }) => text).join('')
}
