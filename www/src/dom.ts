/** Making elements. Text from the index reaches the page here and in `plan`, as text nodes only. */

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

/** To make one takes as long as to lay out a post of the list. */
const formats = new Map<string, Intl.DateTimeFormat>()

/** The day of `date`, as `<time>` takes it and in words; undefined where it is none. */
export function dayOf(date: string | null | undefined, lang: string): { day: string; words: string } | undefined {
  // The day the author wrote, wherever the reader is.
  const day = /^\d{4}-\d\d-\d\d/.exec(date ?? '')?.[0]
  if (!day || Number.isNaN(Date.parse(day))) return undefined
  let format = formats.get(lang)
  if (!format) formats.set(lang, (format = new Intl.DateTimeFormat(lang, { dateStyle: 'long', timeZone: 'UTC' })))
  return { day, words: format.format(new Date(day)) }
}

/** The address of a post for a link; undefined for what no link should follow. */
export function safeUrl(url: string): string | undefined {
  try {
    const { href, protocol } = new URL(url, document.baseURI)
    return /^https?:$/.test(protocol) ? href : undefined
  } catch {
    return undefined
  }
}
