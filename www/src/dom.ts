/** Making elements. Text from the index reaches the page here, as text nodes only. */

import type { SnippetPart } from './types.js'

type Child = Node | string

/** Makes an element; attributes that are undefined are left out. */
export function make<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Record<string, string | undefined> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined) element.setAttribute(key, value)
  }
  element.append(...children)
  return element
}

/** A check mark: something is done. */
export const CHECK = 'm5 12.5 5 5L19.5 7'

/** An icon of 24 by 24, drawn with lines. */
export function icon(path: string): SVGSVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
  svg.setAttribute('viewBox', '0 0 24 24')
  svg.setAttribute('aria-hidden', 'true')
  const line = document.createElementNS('http://www.w3.org/2000/svg', 'path')
  line.setAttribute('d', path)
  svg.append(line)
  return svg
}

/** Runs of text, the matched ones as `<mark part="match">`. */
export function marked(parts: SnippetPart[]): Node[] {
  return parts.map(({ text, matched }) =>
    matched ? make('mark', { part: 'match' }, text) : document.createTextNode(text),
  )
}

/** `date` in words, as a `<time>`; undefined where it is none. */
export function dateOf(date: string | null | undefined, lang: string): HTMLElement | undefined {
  // The day the author wrote, wherever the reader is.
  const day = /^\d{4}-\d\d-\d\d/.exec(date ?? '')?.[0]
  if (!day || Number.isNaN(Date.parse(day))) return undefined
  const format = new Intl.DateTimeFormat(lang, { dateStyle: 'long', timeZone: 'UTC' })
  return make('time', { part: 'date', datetime: day }, format.format(new Date(day)))
}

/** The address of a post for a link; undefined for what no link should follow. */
export function safeUrl(url: string, anchor?: string): string | undefined {
  try {
    const { href, protocol } = new URL(url, document.baseURI)
    if (!/^https?:$/.test(protocol)) return undefined
    return anchor ? `${href.replace(/#.*/, '')}#${encodeURIComponent(anchor)}` : href
  } catch {
    return undefined
  }
}
