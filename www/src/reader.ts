/**
 * Opens a post in place: a dialog over the whole window, with an entry of its own in the browser's
 * history, so that Back closes it.
 */

import { type Hit, type Post, type Search, reasonOf } from './client.js'
import { dateOf, make, safeUrl } from './dom.js'
import { type Entry, entryOf } from './entry.js'
import { clearHighlight, highlight } from './highlight.js'
import css from './reader.css'
import { type Frame, buildFrame } from './frame.js'
import { type Heading, prepare, render } from './render.js'
import type { Strings } from './strings.js'
import { adopt } from './styles.js'
import { matchedWords } from './words.js'

/** Fewer headings need no table of contents. */
const MIN_CONTENTS = 3

const ID_PREFIX = 'post-'

/** From this width on, the style sheet puts the contents beside the article. */
const WIDE = '(min-width: 72rem)'

/** What the reader needs of the element around it. */
export interface Surroundings {
  src: string
  strings: Strings
  lang: string
  search(): Promise<Search>
}

/** The reader of one element, added to `root` and removed when `signal` ends it. */
export class Reader {
  readonly #frame: Frame
  #hits: Hit[] = []
  #id = ''
  #opening = new AbortController()
  /** Until the browser has gone back to the entry before ours. */
  #leaving: Promise<void> | undefined

  constructor(
    root: HTMLElement,
    private readonly around: Surroundings,
    signal: AbortSignal,
  ) {
    void prepare().catch(() => {}) // rendering will tell
    adopt(root.getRootNode() as ShadowRoot, css)
    this.#frame = buildFrame(around.strings)
    const { dialog, back, previous, next, article } = this.#frame
    root.append(dialog)
    back.addEventListener('click', () => this.close())
    previous.addEventListener('click', () => this.#step(-1))
    next.addEventListener('click', () => this.#step(1))
    article.addEventListener('click', event => this.#follow(event))
    dialog.addEventListener('cancel', event => {
      event.preventDefault()
      this.close()
    })
    // The browser may close it unasked, at a second Escape.
    dialog.addEventListener('close', () => dialog.open || this.close())
    addEventListener('popstate', ({ state }) => this.#onHistory(state), { signal })
    signal.addEventListener('abort', () => {
      this.#hide()
      dialog.remove()
    })
  }

  /** Opens the post `id`, one of `hits` or of none, at the heading `anchor` or its first match. */
  async open(id: string, hits: Hit[], anchor?: string): Promise<void> {
    await this.#leaving
    this.#hits = hits
    const entry: Entry = { src: this.around.src, id }
    // Reloaded, the entry is there already.
    const ours = entryOf(history.state, this.around.src)
    if (ours) history.replaceState({ ...history.state, sakuin: entry }, '')
    else history.pushState({ ...history.state, sakuin: entry }, '')
    await this.#show(id, anchor)
  }

  /** Closes the post, and takes back the entry in the history. */
  close(): void {
    if (!this.#id) return
    this.#hide()
    if (!entryOf(history.state, this.around.src)) return
    this.#leaving = new Promise(done => {
      addEventListener('popstate', () => done(), { once: true })
      setTimeout(done, 500) // where a frame or the browser forbids going back
    })
    history.back()
  }

  #onHistory(state: unknown): void {
    const entry = entryOf(state, this.around.src)
    if (!entry) this.#hide()
    else if (entry.id !== this.#id) void this.#show(entry.id)
  }

  #hide(): void {
    this.#id = ''
    this.#opening.abort()
    clearHighlight()
    this.#frame.dialog.close()
  }

  #step(by: 1 | -1): void {
    const hit = this.#hits[this.#hits.findIndex(({ id }) => id === this.#id) + by]
    if (hit) void this.open(hit.id, this.#hits)
  }

  async #show(id: string, anchor?: string): Promise<void> {
    const { dialog, heading, body, contents, scroller } = this.#frame
    this.#id = id
    this.#opening.abort()
    this.#opening = new AbortController()
    const { signal } = this.#opening
    const at = this.#hits.findIndex(hit => hit.id === id)
    const hit = this.#hits[at]
    this.#showPlace(at)
    this.#showHead(hit)
    body.replaceChildren()
    contents.hidden = true
    body.ariaBusy = 'true'
    if (!dialog.open) dialog.showModal()
    scroller.scrollTop = 0
    heading.focus()
    try {
      const search = await this.around.search()
      const post = await search.post(id, { signal })
      signal.throwIfAborted()
      this.#showHead(post)
      const outline = await render(post, body, { idPrefix: ID_PREFIX, signal })
      this.#showContents(outline)
      arrangeHeadings(body)
      nameTasks(body)
      letScroll(body)
      const ranges = highlight(hit && matchedWords(hit), body)
      // Whoever has begun to read is not moved.
      if (scroller.scrollTop === 0) this.#scrollTo(anchor, ranges)
    } catch (error) {
      if (signal.aborted) return
      console.error('sakuin:', error)
      const { what, next } = this.around.strings.trouble[reasonOf(error)]
      body.replaceChildren(make('div', { role: 'alert' }, make('h2', {}, what), make('p', {}, next)))
    } finally {
      if (!signal.aborted) body.ariaBusy = 'false'
    }
  }

  /** Which of the hits is open, and whether there is one before and after. */
  #showPlace(at: number): void {
    const { position, previous, next } = this.#frame
    const { length } = this.#hits
    const known = at >= 0 && length > 1
    position.textContent = known ? this.around.strings.position(at + 1, length) : ''
    previous.hidden = next.hidden = !known
    previous.disabled = at <= 0
    next.disabled = at >= length - 1
  }

  #showHead(post: Hit | Post | undefined): void {
    const { heading, about, article, original } = this.#frame
    heading.textContent = post?.title || this.around.strings.opening
    const lang = (post && 'lang' in post && post.lang) || this.around.lang
    article.lang = lang
    const date = dateOf(post?.date, this.around.lang)
    const tags = (post?.tags ?? []).map(tag => make('span', { part: 'tag' }, tag))
    about.replaceChildren(...(date ? [date] : []), ...tags)
    const url = post && safeUrl(post.url)
    original.hidden = !url
    if (url) original.href = url
  }

  #showContents(outline: Heading[]): void {
    const { contents } = this.#frame
    const headings = outline.filter(({ level, text }) => level <= 3 && text)
    contents.hidden = headings.length < MIN_CONTENTS
    const top = Math.min(...headings.map(({ level }) => level))
    const items = headings.map(({ level, anchor, text }) => {
      const link = make('a', { href: `#${anchor}` }, text)
      return make('li', level > top ? { class: 'sub' } : {}, link)
    })
    contents.querySelector('ol')?.replaceChildren(...items)
    // Beside the article where there is room, else folded above it.
    contents.querySelector('details')?.toggleAttribute('open', matchMedia(WIDE).matches)
  }

  /** Follows a link within the post; addresses in a shadow tree don't work by themselves. */
  #follow(event: MouseEvent): void {
    const link = (event.target as Element).closest<HTMLAnchorElement>('a[href]')
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return
    const [page, hash] = link.href.split('#')
    const here = [location.href, this.#frame.original.href].map(url => url.split('#')[0])
    if (!hash || !here.includes(page)) return
    const target = this.#find(hash)
    if (!target) return
    event.preventDefault()
    reveal(target)
    target.scrollIntoView()
    target.tabIndex = -1
    target.focus({ preventScroll: true })
  }

  #scrollTo(anchor: string | undefined, ranges: Range[]): void {
    const { scroller } = this.#frame
    const target = anchor && this.#find(anchor)
    const [first] = ranges
    if (target) {
      target.scrollIntoView()
    } else if (first) {
      reveal(first.startContainer.parentElement)
      const { top } = first.getBoundingClientRect()
      const { clientHeight } = scroller
      if (top > clientHeight * 0.8) scroller.scrollTop += top - clientHeight / 3
    }
  }

  /** The element an anchor of the post means, with or without the prefix of ids. */
  #find(anchor: string): HTMLElement | undefined {
    let name = anchor
    try {
      name = decodeURIComponent(anchor)
    } catch {
      // A % that encodes nothing stands for itself.
    }
    const { body } = this.#frame
    const ids = [ID_PREFIX + name, name].map(id => `#${CSS.escape(id)}`)
    return body.querySelector<HTMLElement>(ids.join()) ?? undefined
  }
}

/** Opens what `element` is folded in. */
function reveal(element: Element | null): void {
  const details = element?.closest('details')
  if (!details) return
  details.open = true
  reveal(details.parentElement)
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

/** Lets the keyboard scroll what is wider than the page. */
function letScroll(body: HTMLElement): void {
  for (const table of body.querySelectorAll('table')) {
    const wide = make('div', { class: 'wide' })
    table.replaceWith(wide)
    wide.append(table)
  }
  for (const wide of body.querySelectorAll<HTMLElement>('.wide, pre')) {
    if (wide.scrollWidth > wide.clientWidth) wide.tabIndex = 0
  }
}
