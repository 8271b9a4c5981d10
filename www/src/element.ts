/** Defines `<sakuin-search>`. May be imported where there is no page, and then does nothing. */

import { type Search, SakuinError, open } from './client.js'
import { Core } from './core.js'
import css from './element.css'
import { entryOf } from './entry.js'
import { DEFAULT_HOTKEYS, isHotkey, isTyping } from './hotkey.js'
import type { Reader } from './reader.js'
import type { OwnStrings } from './reader-strings.js'
import { stringsFor } from './strings.js'
import { adopt } from './styles.js'
import { type View, buildView } from './view.js'

/** @internal */
export { css as elementCss }

const Base = globalThis.HTMLElement ?? (class {} as typeof HTMLElement)

/**
 * A search box over an index that `sakuin build` wrote. A `<form>` inside it serves where scripts
 * don't run; its text and focus are taken over, and Enter where no option is active submits it.
 * The page that it leads to, or any link with `?q=`, is opened with the results in view.
 *
 * @attr src - the index folder; by default the folder this script came from
 * @attr mode - `inline` (default), a field with a list below; `dialog`, a button that opens one
 * @attr hotkey - keys that open it, with spaces between: by default `/ mod+k`; empty for none
 * @attr lang - language of its words, `ja` or `en`; by default that of the page
 * @attr open - `reader` (default) opens a post in place, `navigate` follows its link
 * @attr offline - lets readers save the blog; the service worker's address, where it is not
 *   `sakuin-sw.js` in the folder above the index
 * @attr placeholder - what an empty field shows
 * @attr limit - hits at first, and how many more at a time; 10 by default
 * @fires sakuin-results - a query was answered; `detail` is the answer with its `query`
 * @slot trigger - what the button of the dialog mode shows
 * @csspart box, input, clear, hotkey, close - the field and what stands in it
 * @csspart trigger, dialog - in dialog mode
 * @csspart panel, list, status, retry, footer, count, more - below the field
 * @csspart option, section - a post, and a part of a post, in the list
 * @csspart title, about, date, tag, snippet, heading, match - within an option
 * @csspart reader, bar, back, position, previous, next, share, save, print, original - around a post
 * @csspart saving - what the button `save` opens
 * @csspart article, contents, body, copy, missing-image - an opened post
 * @csspart matches, match-count, previous-match, next-match, notice - on top of it
 */
export class SakuinSearch extends Base {
  static readonly observedAttributes = ['src', 'mode', 'hotkey', 'lang', 'placeholder']

  #view: View | undefined
  #core: Core | undefined
  #listeners = new AbortController()
  #search: Promise<Search> | undefined
  #reader: Promise<Reader> | undefined
  #strings: Partial<OwnStrings> = {}

  /** Words; those set take the place of the built-in ones. */
  get strings(): OwnStrings {
    return { ...stringsFor(this.#language), ...this.#strings }
  }
  set strings(strings: Partial<OwnStrings>) {
    this.#strings = strings
    if (this.#view) this.#build()
  }

  /** Opens the dialog, or focuses the field. */
  show(): void {
    if (!this.#view) return
    const { dialog, input } = this.#view
    if (dialog && !dialog.open) dialog.showModal()
    input.focus()
    input.select()
  }

  connectedCallback(): void {
    if (Object.hasOwn(this, 'strings')) {
      // It was set before the element was defined.
      const { strings } = this
      delete (this as Partial<this>).strings
      this.strings = strings
    }
    const isNew = !this.#view
    this.#build()
    const entry = entryOf(history.state, this.#src)
    if (isNew && !entry) this.#followLink()
    // Reloaded, or come back to, with a post open.
    if (entry) void this.#read(entry.id)
  }

  disconnectedCallback(): void {
    this.#listeners.abort()
    // Moved within the page, it is connected again at once, and keeps what it loaded.
    setTimeout(() => this.isConnected || this.#close())
  }

  attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    if (!this.#view || !this.isConnected || before === after) return
    if (name === 'src') this.#close()
    this.#build()
  }

  /** Searches for the `?q=` of the page's address: the first element does, where there are more. */
  #followLink(): void {
    const name = this.querySelector('input')?.name || 'q'
    const query = new URLSearchParams(location.search).get(name)
    if (!query || !this.#view || document.querySelector(this.localName) !== this) return
    const { input } = this.#view
    input.value = query
    this.show()
    input.dispatchEvent(new InputEvent('input'))
  }

  #build(): void {
    this.#listeners.abort()
    this.#listeners = new AbortController()
    const { signal } = this.#listeners
    const shadow = this.shadowRoot ?? this.attachShadow({ mode: 'open' })
    adopt(shadow, css)
    const { strings } = this
    const before = this.#view?.input ?? this.querySelector('input')
    const focused = before?.matches(':focus')

    const mode = this.getAttribute('mode') === 'dialog' ? 'dialog' : 'inline'
    const lang = this.#language
    const placeholder = this.getAttribute('placeholder') ?? strings.placeholder
    const view = buildView(mode, strings, { placeholder, lang, hotkeys: this.#hotkeys })
    view.input.value = before?.value ?? ''
    shadow.replaceChildren(view.root)
    if (before && focused) {
      view.input.focus()
      view.input.setSelectionRange(before.selectionStart, before.selectionEnd)
    }
    this.#view = view
    this.#reader = undefined
    const limit = Math.max(1, Number.parseInt(this.getAttribute('limit') ?? '') || 10)
    const submit = (text: string): boolean => this.#submit(text)
    const search = (again?: 'again'): Promise<Search> => this.#open(again)
    this.#core = new Core(view, { host: this, strings, lang, limit, search, submit }, signal)
    this.#listen(view, signal)
  }

  #listen({ root, input, list, trigger }: View, signal: AbortSignal): void {
    const wake = (): void => void this.#open().catch(() => {}) // a query will tell
    this.addEventListener('pointerenter', wake, { signal })
    input.addEventListener('focus', wake, { signal })
    trigger?.addEventListener('focus', wake, { signal })
    trigger?.addEventListener('click', () => this.show(), { signal })
    list.addEventListener('click', event => this.#onClick(event), { signal })
    const soon = (): void => void (this.#reads && this.#loadReader().catch(() => {}))
    list.addEventListener('pointerdown', soon, { signal })
    document.addEventListener('keydown', event => this.#onKey(event), { signal })
    // Where a press outside takes no focus, as on touch screens, the panel closes all the same.
    const outside = (event: Event): void => {
      if (!event.composedPath().includes(root)) this.#core?.collapse()
    }
    if (!trigger) document.addEventListener('pointerdown', outside, { signal })
  }

  #onKey(event: KeyboardEvent): void {
    const { input, trigger } = this.#view ?? {}
    if (!input || !isHotkey(event, this.#hotkeys)) return
    const ours = event.composedPath()[0] === input
    if (isTyping(event) && !(ours && (event.ctrlKey || event.metaKey))) return
    if (!(trigger ?? input).checkVisibility()) return
    event.preventDefault()
    this.show()
  }

  #onClick(event: MouseEvent): void {
    const option = (event.target as Element).closest<HTMLElement>('[role=option]')
    const newTab = event.ctrlKey || event.metaKey || event.shiftKey
    if (!option || newTab) return
    if (this.#reads) {
      event.preventDefault()
      void this.#read(option.dataset.id ?? '', option.dataset.anchor)
    } else {
      // A site that changes pages by script stays; the list is done with.
      this.#view?.dialog?.close()
      this.#core?.collapse()
    }
  }

  /** Submits the author's own form, to the page of results that it leads to. */
  #submit(text: string): boolean {
    const form = this.querySelector('form')
    const input = form?.querySelector('input')
    if (!form || !input) return false
    input.value = text
    form.requestSubmit()
    return true
  }

  async #read(id: string, anchor?: string): Promise<void> {
    try {
      const reader = await this.#loadReader()
      await reader.open(id, this.#core?.hits ?? [], anchor)
    } catch (error) {
      this.#core?.fail(error)
    }
  }

  #loadReader(): Promise<Reader> {
    this.#reader ??= import('./reader.js').then(
      ({ Reader, build }) => {
        if (build !== BUILD) throw new SakuinError('version', 'reader.js is of another build')
        return new Reader(
          this.#view!.root, // set by #build, as is all that leads here
          {
            src: this.#src,
            strings: this.strings,
            lang: this.#language,
            worker: this.getAttribute('offline') ?? undefined,
            search: () => this.#open(),
          },
          this.#listeners.signal,
        )
      },
      cause => {
        this.#reader = undefined
        throw new SakuinError('offline', "reader.js can't be loaded", { cause })
      },
    )
    return this.#reader
  }

  /** Opens the index once; `again` after a failure, which is kept so as not to repeat itself. */
  #open(again?: 'again'): Promise<Search> {
    if (again) this.#close()
    if (!this.#search) {
      const search = open(this.#src)
      this.#search = search
      // A line that was down may be up at the next keystroke.
      search.catch(({ code }: SakuinError) => {
        if (code === 'offline' && this.#search === search) this.#search = undefined
      })
    }
    return this.#search
  }

  #close(): void {
    this.#search?.then(search => search.close(), () => {})
    this.#search = undefined
  }

  get #src(): string {
    const beside = import.meta.url.replace(/[^/]*$/, '')
    return new URL(this.getAttribute('src') ?? beside, document.baseURI).href
  }

  get #reads(): boolean {
    return this.getAttribute('open') !== 'navigate'
  }

  get #hotkeys(): string {
    return this.getAttribute('hotkey') ?? DEFAULT_HOTKEYS
  }

  get #language(): string {
    return this.closest('[lang]')?.getAttribute('lang') || navigator.language
  }
}

if (globalThis.customElements && !customElements.get('sakuin-search')) {
  customElements.define('sakuin-search', SakuinSearch)
}

declare global {
  interface HTMLElementTagNameMap {
    'sakuin-search': SakuinSearch
  }
}
