/**
 * What is to stand in the tree, and how it comes there with as few changes as can be: what changes
 * is shown sooner than what is new. Text of the index becomes text nodes.
 */

import { make } from './dom.js'
import type { SnippetPart } from './types.js'

/** An element by its name, attributes and children; a text; or a node. */
export type Plan =
  | readonly [keyof HTMLElementTagNameMap, Record<string, string | undefined>, ...Plan[]]
  | string
  | Node

/** The attributes that elements made here were last given: to ask them takes longer. */
const planned = new WeakMap<Element, Record<string, string | undefined>>()

/** Makes `plan` the child of `parent` at place `at`, and changes what stands there where it can. */
export function fitAt(parent: Element, at: number, plan: Plan): void {
  const before = parent.childNodes[at]
  if (before === plan) return
  if (typeof plan === 'string') {
    if (before instanceof Text) {
      if (before.data !== plan) before.data = plan
      return
    }
  } else if (!(plan instanceof Node) && before instanceof Element) {
    const [name, attributes, ...children] = plan
    const known = planned.get(before)
    if (known && before.localName === name) {
      for (const name of Object.keys({ ...known, ...attributes })) {
        const value = attributes[name]
        if (value === undefined) before.removeAttribute(name)
        else if (value !== known[name]) before.setAttribute(name, value)
      }
      planned.set(before, attributes)
      return fit(before, children)
    }
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
  const element = make(name, attributes, ...children.map(build))
  planned.set(element, attributes)
  return element
}

/** Makes `text` all that `element` holds. */
export function setText(element: Element, text: string): void {
  fit(element, [text])
}

/** Runs of text, the matched ones as `<mark part="match">`. */
export function marked(parts: SnippetPart[]): Plan[] {
  return parts.map(({ text, matched }) => (matched ? ['mark', { part: 'match' }, text] : text))
}
