/** What a rendered post lacks for keyboards, screen readers and hands. */

import type { Page } from './article.js'
import { CHECK, icon, make } from './dom.js'
import type { AllStrings } from './reader-strings.js'

const COPY = 'M9 9h11v11H9zM5 15H4V4h11v1'

/** How long a button shows that it has done its work, in milliseconds. */
const DONE_MS = 2000

/** Adds to the post in `body` all that this file has. */
export function addAids(body: HTMLElement, page: Page): void {
  arrangeHeadings(body)
  nameTasks(body)
  labelAlerts(body, page.strings)
  explainCut(body, page.strings)
  wrapWide(body)
  watchImages(body, page)
  for (const code of body.querySelectorAll('pre')) addCopyButton(code, page)
}

/** Tells screen readers of headings in steps of one below the title, whatever the author wrote. */
function arrangeHeadings(body: HTMLElement): void {
  const headings = [...body.querySelectorAll('h1, h2, h3, h4, h5, h6')]
  const written = headings.map(({ localName }) => Number(localName.slice(1)))
  const top = Math.min(...written)
  let before = 1
  for (const [at, heading] of headings.entries()) {
    before = Math.min((written[at] ?? top) - top + 2, before + 1)
    heading.ariaLevel = String(before)
  }
}

/** Names the boxes of a task list by their tasks. */
function nameTasks(body: HTMLElement): void {
  for (const box of body.querySelectorAll('input')) box.ariaLabel = box.parentElement?.innerText ?? null
}

/** Says what kind of note a note is, since not everyone sees its colour. */
function labelAlerts(body: HTMLElement, { alerts }: AllStrings): void {
  for (const alert of body.querySelectorAll('.alert')) {
    const kind = /alert-(\w+)/.exec(alert.className)?.[1] ?? ''
    if (alerts[kind]) alert.prepend(make('p', { class: 'alert-label' }, alerts[kind]))
  }
}

/** Says in words that the rest of a post was cut, where the renderer leaves three dots. */
function explainCut(body: HTMLElement, { cut }: AllStrings): void {
  body.querySelector('.cut')?.append(' ', cut)
}

/** Lets what is wider than the page scroll by itself, by the keyboard too. */
function wrapWide(body: HTMLElement): void {
  for (const table of body.querySelectorAll('table')) wrap(table, 'wide')
  for (const code of body.querySelectorAll('pre')) wrap(code, 'code')
  for (const wide of body.querySelectorAll<HTMLElement>('.wide, pre')) {
    if (wide.scrollWidth > wide.clientWidth) wide.tabIndex = 0
  }
}

function wrap(element: Element, name: string): void {
  const around = make('div', { class: name })
  element.replaceWith(around)
  around.append(element)
}

function addCopyButton(code: HTMLElement, { strings, say }: Page): void {
  const label = strings.copy
  const button = make('button', { part: 'copy', type: 'button', 'aria-label': label, title: label }, icon(COPY))
  button.addEventListener('click', async () => {
    if (!(await copyText(code.textContent.replace(/\n$/, '')))) return say(strings.copyFailed)
    say(strings.copied)
    button.replaceChildren(icon(CHECK))
    setTimeout(() => button.replaceChildren(icon(COPY)), DONE_MS)
  })
  code.after(button)
}

/** False where the browser or the reader doesn't let us. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return false
  }
}

/** Says of a picture that can't be had what it would show, and that it isn't saved. */
function watchImages(body: HTMLElement, { strings }: Page): void {
  for (const image of body.querySelectorAll('img')) {
    image.addEventListener('error', () => {
      const note = navigator.onLine ? strings.imageMissing : strings.imageNotSaved
      const text = image.alt ? `${image.alt} — ${note}` : note
      image.replaceWith(make('span', { part: 'missing-image' }, text))
    })
  }
}
