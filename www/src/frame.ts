/** The reader's own elements, around the article. */

import { icon, make } from './dom.js'
import type { AllStrings } from './reader-strings.js'

/** The parts that change. */
export interface Frame {
  dialog: HTMLDialogElement
  back: HTMLButtonElement
  position: HTMLElement
  previous: HTMLButtonElement
  next: HTMLButtonElement
  share: HTMLButtonElement
  print: HTMLButtonElement
  original: HTMLAnchorElement
  bar: HTMLElement
  scroller: HTMLElement
  /** Posts that are related to the one that is open. */
  related: HTMLElement
  /** Goes through the matches; hidden where there are none. */
  matches: HTMLElement
  matchCount: HTMLElement
  previousMatch: HTMLButtonElement
  nextMatch: HTMLButtonElement
  /** What has happened, for the eye and the ear. */
  notice: HTMLElement
}

const BACK = 'M20 12H4.5m6.5-7-7 7 7 7'
const LEFT = 'm14.5 5-7 7 7 7'
const RIGHT = 'm9.5 5 7 7-7 7'
const UP = 'm5 14.5 7-7 7 7'
const DOWN = 'm5 9.5 7 7 7-7'
const OUT = 'M9 5H5v14h14v-4M13 5h6v6m0-6-9 9'
const SHARE = 'M12 15V3.5m-4.5 4L12 3l4.5 4.5M8 10.5H5V21h14V10.5h-3'
const PRINT = 'M7 8V3.5h10V8M7 17H4V8h16v9h-3M7 13.5h10v7H7z'

/** Builds the frame of a reader around `article`. */
export function buildFrame(strings: AllStrings, article: HTMLElement): Frame {
  const back = button('back', strings.back, BACK)
  const previous = button('previous', strings.previous, LEFT)
  const next = button('next', strings.next, RIGHT)
  const position = make('span', { part: 'position' })
  const share = button('share', strings.share, SHARE)
  const print = button('print', strings.print, PRINT)
  const original = make(
    'a',
    { part: 'original', title: strings.original },
    make('span', {}, strings.original),
    icon(OUT),
  )
  const bar = make('div', { part: 'bar' }, back, position, previous, next, share, print, original)

  const matchCount = make('span', { part: 'match-count' })
  const previousMatch = button('previous-match', strings.previousMatch, UP)
  const nextMatch = button('next-match', strings.nextMatch, DOWN)
  const matches = make(
    'div',
    { part: 'matches', role: 'group', 'aria-label': strings.matches, hidden: '' },
    matchCount,
    previousMatch,
    nextMatch,
  )
  const notice = make('div', { part: 'notice', role: 'status' })
  const related = make('nav', { part: 'related', 'aria-label': strings.related, hidden: '' })
  const scroller = make('div', { class: 'scroller', tabindex: '0' }, article, related)
  const attributes = { part: 'reader', 'aria-labelledby': 'post-heading' }
  const dialog = make('dialog', attributes, bar, scroller, matches, notice)
  return {
    dialog,
    back,
    position,
    previous,
    next,
    share,
    print,
    original,
    bar,
    scroller,
    related,
    matches,
    matchCount,
    previousMatch,
    nextMatch,
    notice,
  }
}

/** A button that shows an icon and is named by `label`. */
export function button(part: string, label: string, path: string): HTMLButtonElement {
  return make('button', { part, type: 'button', 'aria-label': label, title: label }, icon(path))
}
