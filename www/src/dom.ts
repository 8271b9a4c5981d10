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

/** What is to stand in the tree: an element by its name, attributes and children, a text, or a node. */
export type Plan =
  | readonly [keyof HTMLElementTagNameMap, Record<string, string | undefined>, ...Plan[]]
  | string
  | Node

/**
 * Makes `plan` the child of `parent` at place `at`. What stands there is changed where it can be,
 * which a browser shows sooner than something new.
 */
export function fitAt(parent: Element, at: number, plan: Plan): void {
  const before = parent.childNodes[at]
  if (before === plan) return
  if (typeof plan === 'string') {
    if (before instanceof Text) {
      if (before.data !== plan) before.data = plan
      return
    }
  } else if (!(plan instanceof Node) && before instanceof HTMLElement && before.localName === plan[0]) {
    const [, attributes, ...children] = plan
    for (const name of before.getAttributeNames()) if (attributes[name] === undefined) before.removeAttribute(name)
    for (const [name, value] of Object.entries(attributes)) {
      if (value !== undefined && before.getAttribute(name) !== value) before.setAttribute(name, value)
    }
    fit(before, children)
    return
  }
  const node = build(plan)
  if (before) before.replaceWith(node)
  else parent.append(node)
}

/** Makes `plans` the children of `parent`. */
export function fit(parent: Element, plans: Plan[]): void {
  plans.forEach((plan, at) => fitAt(parent, at, plan))
  cutAt(parent, plans.length)
}

/** Leaves `parent` its first `count` children. */
export function cutAt(parent: Element, count: number): void {
  while (parent.childNodes.length > count) parent.lastChild?.remove()
}

function build(plan: Plan): Node | string {
  if (typeof plan === 'string' || plan instanceof Node) return plan
  const [name, attributes, ...children] = plan
  return make(name, attributes, ...children.map(build))
}

/** Makes `text` all that `element` holds. */
export function setText(element: Element, text: string): void {
  fit(element, [text])
}

/** Runs of text, the matched ones as `<mark part="match">`. */
export function marked(parts: SnippetPart[]): Plan[] {
  return parts.map(({ text, matched }) => (matched ? ['mark', { part: 'match' }, text] : text))
}

/** To make one takes as long as to lay out a post of the list. */
const formats = new Map<string, Intl.DateTimeFormat>()

/** `date` in words, as a `<time>`; undefined where it is none. */
export function dateOf(date: string | null | undefined, lang: string): Plan | undefined {
  // The day the author wrote, wherever the reader is.
  const day = /^\d{4}-\d\d-\d\d/.exec(date ?? '')?.[0]
  if (!day || Number.isNaN(Date.parse(day))) return undefined
  let format = formats.get(lang)
  if (!format) formats.set(lang, (format = new Intl.DateTimeFormat(lang, { dateStyle: 'long', timeZone: 'UTC' })))
  return ['time', { part: 'date', datetime: day }, format.format(new Date(day))]
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
