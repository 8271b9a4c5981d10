/** The reader's own elements, around the post. */

import { icon, make } from './dom.js'
import type { Strings } from './strings.js'

/** The parts that change. */
export interface Frame {
  dialog: HTMLDialogElement
  back: HTMLButtonElement
  position: HTMLElement
  previous: HTMLButtonElement
  next: HTMLButtonElement
  original: HTMLAnchorElement
  scroller: HTMLElement
  contents: HTMLElement
  article: HTMLElement
  heading: HTMLElement
  about: HTMLElement
  body: HTMLElement
}

const LEFT = 'm14.5 5-7 7 7 7'
const UP = 'm5 14.5 7-7 7 7'
const DOWN = 'm5 9.5 7 7 7-7'
const OUT = 'M9 5H5v14h14v-4M13 5h6v6m0-6-9 9'

/** Builds the frame of a reader. */
export function buildFrame(strings: Strings): Frame {
  const back = button('back', strings.back, LEFT)
  const previous = button('previous', strings.previous, UP)
  const next = button('next', strings.next, DOWN)
  const position = make('span', { part: 'position' })
  const original = make('a', { part: 'original' }, make('span', {}, strings.original), icon(OUT))
  const bar = make('div', { part: 'bar' }, back, position, previous, next, original)

  const contents = make(
    'nav',
    { part: 'contents', 'aria-label': strings.contents },
    make('details', {}, make('summary', {}, strings.contents), make('ol')),
  )
  const heading = make('h1', { id: 'post-heading', tabindex: '-1' })
  const about = make('p', { part: 'about' })
  const body = make('div', { part: 'body' })
  const article = make('article', { part: 'article' }, heading, about, contents, body)
  const scroller = make('div', { class: 'scroller', tabindex: '0' }, article)
  const dialog = make('dialog', { part: 'reader', 'aria-labelledby': heading.id }, bar, scroller)
  return {
    dialog,
    back,
    position,
    previous,
    next,
    original,
    scroller,
    contents,
    article,
    heading,
    about,
    body,
  }
}

function button(part: string, label: string, path: string): HTMLButtonElement {
  return make('button', { part, type: 'button', 'aria-label': label, title: label }, icon(path))
}
