/** A post as it is read: its head, its contents, its text with what helps to read that. */

import { addAids } from './aids.js'
import { type Hit, type Post, reasonOf } from './client.js'
import { dayOf, make, safeUrl } from './dom.js'
import { type Heading, render } from './render.js'
import type { AllStrings } from './reader-strings.js'

/** Fewer headings need no table of contents. */
const MIN_CONTENTS = 3

const ID_PREFIX = 'post-'

/** From this width on, the style sheet puts the contents beside the article. */
const WIDE = '(min-width: 72rem)'

/** What an article needs to know of the page around it. */
export interface Page {
  strings: AllStrings
  lang: string
  /** Tells a screen reader, and shows, what has happened. */
  say(text: string): void
}

/** One article, whose posts change. */
export class Article {
  readonly heading = make('h1', { id: 'post-heading', tabindex: '-1' })
  readonly body = make('div', { part: 'body' })
  readonly element: HTMLElement
  /** The address of the post's own page; empty before it is known. */
  url = ''
  readonly #about = make('p', { part: 'about' })
  readonly #contents: HTMLElement
  readonly #list = make('ol')

  constructor(private readonly page: Page) {
    const { contents } = page.strings
    const details = make('details', {}, make('summary', {}, contents), this.#list)
    this.#contents = make('nav', { part: 'contents', 'aria-label': contents }, details)
    const { heading, body } = this
    this.element = make('article', { part: 'article' }, heading, this.#about, this.#contents, body)
    this.element.addEventListener('click', event => this.#follow(event))
  }

  /** Shows what is known of a post whose text is not there yet. */
  announce(post: Hit | Post | undefined): void {
    this.body.replaceChildren()
    this.body.ariaBusy = 'true'
    this.#contents.hidden = true
    this.#showHead(post)
  }

  /** Shows the whole post; rejects as {@link render}. */
  async show(post: Post, signal?: AbortSignal): Promise<void> {
    const { body, page } = this
    this.#showHead(post)
    const options = { idPrefix: ID_PREFIX, ...(signal && { signal }) }
    const outline = await render(post, body, options)
    this.#showContents(outline)
    addAids(body, page)
    body.ariaBusy = 'false'
  }

  /** Shows in words why there is no text. */
  fail(error: unknown): void {
    const { what, next } = this.page.strings.trouble[reasonOf(error)]
    this.tell(make('h2', {}, what), make('p', {}, next))
  }

  /** Shows a message in the place of the text. */
  tell(...message: Node[]): void {
    this.body.replaceChildren(make('div', { role: 'alert' }, ...message))
    this.body.ariaBusy = 'false'
  }

  /** Shows the element that an anchor of the post names; false where there is none. */
  goTo(anchor: string): boolean {
    const target = this.#find(anchor)
    if (target) reveal(target)
    target?.scrollIntoView()
    return target !== undefined
  }

  #showHead(post: Hit | Post | undefined): void {
    const { lang } = this.page
    this.heading.textContent = post?.title || this.page.strings.opening
    this.element.lang = (post && 'lang' in post && post.lang) || lang
    const date = dayOf(post?.date, lang)
    const time = date && make('time', { part: 'date', datetime: date.day }, date.words)
    const tags = (post?.tags ?? []).map(tag => make('span', { part: 'tag' }, tag))
    this.#about.replaceChildren(...(time ? [time] : []), ...tags)
    this.url = (post && safeUrl(post.url)) ?? ''
    this.element.dataset.url = this.url // printed below
  }

  #showContents(outline: Heading[]): void {
    const headings = outline.filter(({ level, text }) => level <= 3 && text)
    this.#contents.hidden = headings.length < MIN_CONTENTS
    const top = Math.min(...headings.map(({ level }) => level))
    const items = headings.map(({ level, anchor, text }) => {
      const link = make('a', { href: `#${anchor}` }, text)
      return make('li', level > top ? { class: 'sub' } : {}, link)
    })
    this.#list.replaceChildren(...items)
    // Beside the article where there is room, else folded above it.
    const folded = !matchMedia(WIDE).matches
    this.#list.parentElement?.toggleAttribute('open', !folded)
  }

  /** Follows a link within the post; addresses in a shadow tree don't work by themselves. */
  #follow(event: MouseEvent): void {
    const link = (event.target as Element).closest<HTMLAnchorElement>('a[href]')
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return
    const [page, hash] = link.href.split('#')
    const here = [location.href, this.url].map(url => url.split('#')[0])
    if (!hash || !here.includes(page)) return
    const target = this.#find(hash)
    if (!target) return
    event.preventDefault()
    reveal(target)
    target.scrollIntoView()
    target.tabIndex = -1
    target.focus({ preventScroll: true })
  }

  /** The element an anchor of the post means, with or without the prefix of ids. */
  #find(anchor: string): HTMLElement | undefined {
    let name = anchor
    try {
      name = decodeURIComponent(anchor)
    } catch {
      // A % that encodes nothing stands for itself.
    }
    const ids = [ID_PREFIX + name, name].map(id => `#${CSS.escape(id)}`)
    return this.body.querySelector<HTMLElement>(ids.join()) ?? undefined
  }
}

/** Opens what `element` is folded in. */
export function reveal(element: Element | null): void {
  const details = element?.closest('details')
  if (!details) return
  details.open = true
  reveal(details.parentElement)
}
