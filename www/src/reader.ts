/**
 * Opens a post in place: a dialog over the whole window, with an entry of its own in the browser's
 * history, so that Back closes it.
 */

import { copyText } from './aids.js'
import { Article, reveal } from './article.js'
import type { Hit, Related, Search } from './client.js'
import { make, safeUrl } from './dom.js'
import { type Entry, entryOf } from './entry.js'
import { type Frame, buildFrame } from './frame.js'
import { Matches } from './matches.js'
import { startPrintingOnly, stopPrintingOnly } from './print.js'
import css from './reader.css'
import { type AllStrings, type OwnStrings, readerStringsFor } from './reader-strings.js'
import { prepare } from './render.js'
import { Saver } from './saver.js'
import { adopt } from './styles.js'
import { matchedWords } from './words.js'

export { Article, css, readerStringsFor }
export { addressesOf } from './addresses.js'

/** Compared by the element, which may be older or newer. */
export const build = BUILD

/** How long a notice stays in view, in milliseconds. */
const NOTICE_MS = 4000

/** What the reader needs of the element around it. */
export interface Surroundings {
  src: string
  strings: OwnStrings
  lang: string
  /** The service worker's address, empty for the usual one; undefined where nothing is saved. */
  worker: string | undefined
  search(): Promise<Search>
}

/** The reader of one element, added to `root` and removed when `signal` ends it. */
export class Reader {
  readonly #article: Article
  readonly #frame: Frame
  readonly #host: HTMLElement
  readonly #strings: AllStrings
  #hits: Hit[] = []
  #matches: Matches | undefined
  #id = ''
  #opening = new AbortController()
  #notice: ReturnType<typeof setTimeout> | undefined
  /** Until the browser has gone back to the entry before ours. */
  #leaving: Promise<void> | undefined

  constructor(
    root: HTMLElement,
    private readonly around: Surroundings,
    signal: AbortSignal,
  ) {
    void prepare().catch(() => {}) // rendering will tell
    const shadow = root.getRootNode() as ShadowRoot
    adopt(shadow, css)
    this.#host = shadow.host as HTMLElement
    const { lang, worker } = around
    const strings = readerStringsFor(lang, around.strings)
    this.#strings = strings
    const say = (text: string): void => this.#say(text)
    this.#article = new Article({ strings, lang, say })
    this.#frame = buildFrame(strings, this.#article.element)
    root.append(this.#frame.dialog)
    if (worker !== undefined && 'serviceWorker' in navigator) this.#addSaver(worker)
    this.#listen(signal)
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

  #listen(signal: AbortSignal): void {
    const { dialog, back, previous, next, share, print, previousMatch, nextMatch } = this.#frame
    back.addEventListener('click', () => this.close())
    previous.addEventListener('click', () => this.#step(-1))
    next.addEventListener('click', () => this.#step(1))
    share.addEventListener('click', () => void this.#share())
    print.addEventListener('click', () => globalThis.print())
    previousMatch.addEventListener('click', () => this.#goToMatch(-1))
    nextMatch.addEventListener('click', () => this.#goToMatch(1))
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

  #onHistory(state: unknown): void {
    const entry = entryOf(state, this.around.src)
    if (!entry) this.#hide()
    else if (entry.id !== this.#id) void this.#show(entry.id)
  }

  #hide(): void {
    this.#id = ''
    this.#opening.abort()
    this.#matches?.clear()
    stopPrintingOnly(this.#host)
    this.#frame.dialog.close()
  }

  #step(by: 1 | -1): void {
    const hit = this.#hits[this.#hits.findIndex(({ id }) => id === this.#id) + by]
    if (hit) void this.open(hit.id, this.#hits)
  }

  async #show(id: string, anchor?: string): Promise<void> {
    const { dialog, scroller } = this.#frame
    this.#id = id
    this.#opening.abort()
    this.#opening = new AbortController()
    const { signal } = this.#opening
    const at = this.#hits.findIndex(hit => hit.id === id)
    const hit = this.#hits[at]
    this.#showPlace(at)
    this.#say('')
    this.#matches?.clear()
    this.#frame.matches.hidden = this.#frame.related.hidden = true
    this.#article.announce(hit)
    this.#showAddress()
    if (!dialog.open) dialog.showModal()
    startPrintingOnly(this.#host)
    scroller.scrollTop = 0
    this.#article.heading.focus()
    try {
      const search = await this.around.search()
      const post = await search.post(id, { signal })
      signal.throwIfAborted()
      await this.#article.show(post, signal)
      this.#showAddress()
      const words = hit && matchedWords(hit)
      this.#matches = words && new Matches(words, this.#article.body)
      this.#showMatches()
      // Whoever has begun to read is not moved.
      if (scroller.scrollTop === 0) this.#scrollTo(anchor)
      // What can't be had is no fault of the post's.
      const related = await search.related(id, { signal }).catch(() => [])
      if (!signal.aborted) this.#showRelated(related)
    } catch (error) {
      if (signal.aborted) return
      console.error('sakuin:', error)
      this.#article.fail(error)
    }
  }

  #showRelated(posts: Related[]): void {
    const { related } = this.#frame
    const items = posts.map(({ id, url, title }) => {
      const link = make('a', { href: safeUrl(url) }, title || url)
      link.addEventListener('click', event => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return
        event.preventDefault()
        void this.open(id, this.#hits)
      })
      return make('li', {}, link)
    })
    related.replaceChildren(make('h2', {}, this.#strings.related), make('ul', {}, ...items))
    related.hidden = items.length === 0
  }

  /** Which of the hits is open, and whether there is one before and after. */
  #showPlace(at: number): void {
    const { position, previous, next } = this.#frame
    const { length } = this.#hits
    const known = at >= 0 && length > 1
    position.textContent = known ? this.#strings.position(at + 1, length) : ''
    previous.hidden = next.hidden = !known
    previous.disabled = at <= 0
    next.disabled = at >= length - 1
  }

  #showAddress(): void {
    const { original, share } = this.#frame
    const { url } = this.#article
    original.hidden = share.hidden = !url
    if (url) original.href = url
  }

  #showMatches(): void {
    const { matches, matchCount } = this.#frame
    const { at, ranges } = this.#matches ?? { at: -1, ranges: [] }
    matches.hidden = ranges.length === 0
    matchCount.textContent = at < 0 ? `${ranges.length}` : `${at + 1} / ${ranges.length}`
  }

  #goToMatch(by: 1 | -1): void {
    const range = this.#matches?.go(by)
    if (!range) return
    const around = range.startContainer.parentElement
    reveal(around)
    this.#showMatches()
    const { scroller } = this.#frame
    const { top, bottom } = range.getBoundingClientRect()
    const { clientHeight } = scroller
    const visible = top > clientHeight * 0.15 && bottom < clientHeight * 0.85
    if (!visible) scroller.scrollBy({ top: top - clientHeight / 3, behavior: 'instant' })
    // The focus stays on the button: what stands there is told instead.
    const text = around?.closest('li, p, td, th, dd, dt, pre, h1, h2, h3, h4, h5, h6')?.textContent
    this.#tell(`${this.#frame.matchCount.textContent}: ${text?.trim().slice(0, 120) ?? ''}`)
  }

  /** Shows the heading `anchor`, or the first match if it is out of view. */
  #scrollTo(anchor: string | undefined): void {
    if (anchor && this.#article.goTo(anchor)) return
    const { scroller } = this.#frame
    const [first] = this.#matches?.ranges ?? []
    if (!first) return
    reveal(first.startContainer.parentElement)
    const { top } = first.getBoundingClientRect()
    const { clientHeight } = scroller
    if (top > clientHeight * 0.8) scroller.scrollTop += top - clientHeight / 3
  }

  /** Hands the post's address on: by the system's own sheet, else by the clipboard. */
  async #share(): Promise<void> {
    const strings = this.#strings
    const { url, heading } = this.#article
    if (navigator.share) {
      try {
        return await navigator.share({ title: heading.textContent, url })
      } catch (error) {
        if ((error as Error).name === 'AbortError') return // the reader thought better of it
      }
    }
    this.#say((await copyText(url)) ? strings.linkCopied : strings.copyByHand(url))
  }

  #addSaver(worker: string): void {
    const { lang, search } = this.around
    const strings = this.#strings
    const images = (): string[] => {
      const all = [...this.#article.body.querySelectorAll('img')].map(({ src }) => src)
      return [...new Set(all)].filter(src => new URL(src).origin === location.origin)
    }
    const saver = new Saver({ strings, lang, worker, search, images })
    this.#frame.print.before(saver.button)
    this.#frame.bar.after(saver.panel)
  }

  /** Shows a notice, which a screen reader speaks. */
  #say(text: string): void {
    const { notice } = this.#frame
    clearTimeout(this.#notice)
    notice.classList.remove('quiet')
    notice.textContent = text
    if (text) this.#notice = setTimeout(() => (notice.textContent = ''), NOTICE_MS)
  }

  /** Tells a screen reader what the eye sees. */
  #tell(text: string): void {
    this.#say(text)
    this.#frame.notice.classList.add('quiet')
  }
}
