/** Defines `<sakuin-search>`. May be imported where there is no page, and then does nothing. */

import { takeNote } from './arrival-note.js'
import type { AssistStrings } from './assist-strings.js'
import { type OpenOptions, type Search, SakuinError, open } from './client.js'
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
export const elementCss: string = css

export type { AssistStrings } from './assist-strings.js'
export type { OwnStrings, ReaderStrings } from './reader-strings.js'
export type { Strings, Trouble } from './strings.js'

/** All words of the element; those of what is loaded later only where they were replaced. */
export type Words = OwnStrings & Partial<AssistStrings>

/** Earlier searches that are kept where the attribute tells no number. */
const RECENT = 5

const Base = globalThis.HTMLElement ?? (class {} as typeof HTMLElement)

/**
 * A search box over an index that `sakuin build` wrote. A `<form>` inside it serves where scripts
 * don't run; its text and focus are taken over, and Enter where no option is active submits it.
 * The page that it leads to, or any link with `?q=`, is opened with the results in view.
 *
 * @attr {string} src - the index folder; by default the folder this script came from
 * @attr {'inline' | 'dialog'} mode - `inline` (default), a field with a list below; `dialog`, a button that opens one
 * @attr {string} hotkey - keys that open it, with spaces between: by default `/ mod+k`; empty for none
 * @attr {string} lang - language of its words, `ja` or `en`; by default that of the page
 * @attr {'reader' | 'navigate'} open - `reader` (default) opens a post in place, `navigate` follows its link
 * @attr {string} offline - lets readers save the blog; the service worker's address, where it is not
 *   `sakuin-sw.js` in the folder above the index
 * @attr {string} placeholder - what an empty field shows
 * @attr {number} limit - hits at first, and how many more at a time; 10 by default
 * @attr {number} recency - how much newer posts come first: 1 is much; 0 by default
 * @attr {string} filters - what to filter by, of `tags`, `year`, `lang` and `section`, with spaces between;
 *   `tags year lang` by default, empty for none
 * @attr {number} recent - keeps earlier searches on the reader's machine and offers them; how many, 5 where it
 *   has no value; none without it
 * @attr {string} wasm-url - where `search.wasm` is, where it is not beside the scripts
 * @attr {string} worker-url - the same for `worker.js`
 * @fires {CustomEvent} sakuin-results - a query was answered; `detail` is the answer with its `query`
 * @slot - the author's own `<form>`
 * @slot trigger - what the button of the dialog mode shows
 * @cssprop [--sakuin-accent=#1c5d8c] - the active option, buttons, the ring of the focus
 * @cssprop [--sakuin-surface=#fff] - behind field, panel and post
 * @cssprop [--sakuin-text=#1d2227] - text
 * @cssprop [--sakuin-muted=#596470] - dates, tags, snippets
 * @cssprop [--sakuin-line=#d5dbe1] - borders
 * @cssprop [--sakuin-hover=#eef3f7] - what is pointed at, and the active option
 * @cssprop [--sakuin-mark=#ffe28a] - matched words
 * @cssprop [--sakuin-radius=0.75rem] - corners
 * @cssprop [--sakuin-font] - typefaces; the system's by default
 * @cssprop [--sakuin-height] - how high the list below the field may be
 * @cssprop [--sakuin-measure] - the width of a post's text
 * @cssprop [--sakuin-code-k] - keywords in code
 * @cssprop [--sakuin-code-c] - comments
 * @cssprop [--sakuin-code-s] - strings
 * @cssprop [--sakuin-code-m] - numbers
 * @cssprop [--sakuin-code-nf] - names of functions
 * @cssprop [--sakuin-code-nc] - names of types
 * @cssprop [--sakuin-code-na] - names of attributes
 * @cssprop [--sakuin-code-gi] - added lines
 * @cssprop [--sakuin-code-gd] - removed lines
 * @csspart box - the row that the field stands in
 * @csspart input - the field
 * @csspart clear - empties the field
 * @csspart hotkey - tells the key that opens the box
 * @csspart close - closes the dialog
 * @csspart trigger - opens the dialog
 * @csspart dialog - in dialog mode
 * @csspart panel - all below the field
 * @csspart suggestions - other queries to try
 * @csspart suggestion - one of them
 * @csspart recent - an option that repeats an earlier search
 * @csspart clear-recent - forgets earlier searches
 * @csspart list - the options
 * @csspart option - a post in the list
 * @csspart section - a part of a post in the list
 * @csspart title - of a post
 * @csspart about - its date and tags
 * @csspart date - the day it was written
 * @csspart tag - one of its tags
 * @csspart heading - of a section
 * @csspart snippet - text around what was matched
 * @csspart match - a matched word
 * @csspart status - what is shown in place of options
 * @csspart retry - the button in it
 * @csspart filters - the values to filter by
 * @csspart facet - those of one kind, and the order
 * @csspart facet-name - its name
 * @csspart choice - a value that can be chosen
 * @csspart footer - the row below the options
 * @csspart count - how many posts were found
 * @csspart filter - shows and hides the filters
 * @csspart more - shows more posts
 * @csspart reader - the dialog around an opened post
 * @csspart bar - the row on its top
 * @csspart back - closes it
 * @csspart position - which of the hits is open
 * @csspart previous - opens the hit before
 * @csspart next - opens the next hit
 * @csspart share - shares the post's address
 * @csspart save - opens `saving`
 * @csspart saving - lets the reader save the blog
 * @csspart print - prints the post
 * @csspart original - leads to the post's own page
 * @csspart article - the post
 * @csspart contents - its table of contents
 * @csspart body - its text
 * @csspart related - posts that are related to it
 * @csspart copy - copies a block of code
 * @csspart missing-image - stands for a picture that can't be had
 * @csspart matches - goes through the matches in the post
 * @csspart match-count - how many there are
 * @csspart previous-match - goes to the one before
 * @csspart next-match - goes to the next
 * @csspart notice - what has happened
 * @tagname sakuin-search
 */
export class SakuinSearch extends Base {
  static readonly observedAttributes = [
    'src',
    'mode',
    'hotkey',
    'lang',
    'placeholder',
    'limit',
    'recency',
    'filters',
    'recent',
    'wasm-url',
    'worker-url',
  ]

  #view: View | undefined
  #core: Core | undefined
  #listeners = new AbortController()
  #search: Promise<Search> | undefined
  #reader: Promise<Reader> | undefined
  #strings: Partial<Words> = {}

  /** Words; those set take the place of the built-in ones. */
  get strings(): Words {
    return { ...stringsFor(this.#language), ...this.#strings }
  }
  set strings(strings: Partial<Words>) {
    // Frameworks set it anew whenever they render, and to build anew would lose the list.
    const [before, now] = [this.#strings, { ...strings }]
    const names = Object.keys({ ...before, ...now }) as (keyof Words)[]
    const isNew = names.some(name => now[name] !== before[name])
    this.#strings = now
    if (isNew && this.#view) this.#build()
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
    const arrival = takeNote()
    if (arrival) void import('./arrival.js').then(({ build, mark }) => build === BUILD && mark(arrival.words), () => {})
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
    if (name === 'src' || name.endsWith('-url')) this.#close()
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
    const recency = Number(this.getAttribute('recency')) || 0
    const submit = (text: string): boolean => this.#submit(text)
    const search = (again?: 'again'): Promise<Search> => this.#open(again)
    const core = new Core(view, { host: this, strings, lang, limit, recency, search, submit }, signal)
    this.#core = core
    this.#listen(view, signal)

    const assist = (): void => void this.#assist(view, core, signal)
    this.addEventListener('sakuin-results', assist, { signal, once: true })
    if (this.hasAttribute('recent')) view.input.addEventListener('focus', assist, { signal, once: true })
    if (this.hasAttribute('recent') && focused) assist()
  }

  /** Joins to `core` what helps to word a query; without it, the box searches all the same. */
  async #assist(view: View, core: Core, signal: AbortSignal): Promise<void> {
    try {
      const { Assist, build } = await import('./assist.js')
      if (signal.aborted || core.hasHelper || build !== BUILD) return
      const around = {
        src: this.#src,
        lang: this.#language,
        strings: this.strings,
        filters: this.getAttribute('filters') ?? 'tags year lang',
        recent: this.hasAttribute('recent') ? Number(this.getAttribute('recent')) || RECENT : 0,
        reads: () => this.#reads,
        search: () => this.#open(),
      }
      core.helper = new Assist(view, core, around, signal)
    } catch (cause) {
      console.info('sakuin: no filters and no suggestions:', cause)
    }
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
      const search = open(this.#src, this.#urls)
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

  get #urls(): OpenOptions {
    const [wasmUrl, workerUrl] = ['wasm-url', 'worker-url'].map(name => this.getAttribute(name))
    return { ...(wasmUrl && { wasmUrl }), ...(workerUrl && { workerUrl }) }
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
