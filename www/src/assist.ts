/**
 * What helps to word a query: suggestions, filters with counts, and earlier searches. Loaded after
 * the first answer, or where earlier searches are kept, with the first sign that someone will search.
 */

import css from './assist.css'
import { type AssistStrings, assistStringsFor } from './assist-strings.js'
import type { Answer, Hit, Search } from './client.js'
import { make } from './dom.js'
import { Filters } from './filters.js'
import type { Chosen } from './filters.js'
import { addressWithText, leaveNote } from './leaving.js'
import { type Plan, fit, setText } from './plan.js'
import { Recents } from './recents.js'
import { adopt } from './styles.js'
import type { View } from './view.js'

/** Compared by the element, which may be older or newer. */
export const build = BUILD

/** Suggestions shown. */
const MAX_SUGGESTIONS = 4

/** An answer of an engine that knows what else could have been meant. */
type Suggesting = Answer & { suggestion?: string | null }

/** A search of an engine that completes what is typed. */
type Completing = Search & {
  suggest?(prefix: string, options?: { limit?: number; signal?: AbortSignal }): Promise<{ text: string; posts: number }[]>
}

/** What is needed of the search box. */
export interface Box {
  readonly hits: Hit[]
  readonly chosen: Chosen
  /** Searches for `text` as if it were typed; without it, once more for what is there. */
  ask(text?: string): void
  /** Shows `options` while nothing is searched for. */
  offer(options: Plan[]): void
  /** Has a screen reader say `text`, after what it is to say already. */
  add(text: string): void
}

/** What is needed of the element around it. */
export interface Surroundings {
  /** The index folder's address. */
  src: string
  lang: string
  strings: Partial<AssistStrings>
  /** Keys to filter by, with spaces between; empty for none. */
  filters: string
  /** Earlier searches to keep; 0 for none. */
  recent: number
  /** Whether a click opens the post in place. */
  reads(): boolean
  search(): Promise<Search>
}

/** Helps at `view` until `signal` ends it. */
export class Assist {
  readonly #strings: AssistStrings
  readonly #row: HTMLElement
  readonly #toggle: HTMLButtonElement
  readonly #filters: Filters
  readonly #recents: Recents | undefined
  #asking = new AbortController()
  #asked: string | undefined
  #completing: Promise<string[]> = Promise.resolve([])
  /** What is suggested now, and the buttons for it. */
  #queries: string[] = []
  readonly #chips: HTMLElement[] = []

  constructor(
    private readonly view: View,
    private readonly box: Box,
    private readonly around: Surroundings,
    signal: AbortSignal,
  ) {
    const { src, lang, recent } = around
    const { list, panel, footer, more } = view
    const strings = assistStringsFor(lang, around.strings)
    this.#strings = strings
    adopt(list.getRootNode() as ShadowRoot, css)
    if (recent > 0) this.#recents = new Recents(src, recent)

    this.#row = make('div', { part: 'suggestions', role: 'group', 'aria-label': strings.suggestions, hidden: '' })
    panel.prepend(this.#row)
    this.#filters = new Filters(around.filters, box.chosen, strings, lang, () => this.#onChoice())
    const attributes = { part: 'filter', type: 'button', 'aria-expanded': 'false', 'aria-controls': 'filters' }
    this.#toggle = make('button', attributes, strings.filters)
    this.#toggle.addEventListener('click', () => this.#toggleFilters())
    if (around.filters.trim() !== '') {
      footer.before(this.#filters.element)
      more.before(this.#toggle)
    }
    list.addEventListener('click', event => this.#onFollow(event), { signal, capture: true })
    list.addEventListener('auxclick', event => this.#onFollow(event), { signal, capture: true })
    const host = (list.getRootNode() as ShadowRoot).host
    host.addEventListener('submit', () => this.#recents?.add(view.input.value), { signal })
    signal.addEventListener('abort', () => this.#asking.abort())
  }

  /** Nothing is searched for: offers what was before. */
  rest(): void {
    this.#asking.abort()
    this.#asked = undefined
    this.#filters.clear()
    this.#filters.element.hidden = true
    this.#showSet()
    this.#row.hidden = true
    const queries = this.#recents?.list() ?? []
    const options = queries.map((query, at) => this.#recent(query, at))
    if (options.length === 0) return this.box.offer([])
    const clear = make('button', { part: 'clear-recent', type: 'button' }, this.#strings.clearRecent)
    clear.addEventListener('click', () => {
      this.#recents?.clear()
      this.view.input.focus()
      this.box.offer([])
    })
    this.box.offer(options)
    this.#row.replaceChildren(make('span', {}, this.#strings.recentTitle), clear)
    this.#row.hidden = false
  }

  /** `query` was sent: with it goes what else may be meant, so that both are shown at once. */
  asked(query: string): void {
    this.#asking.abort()
    this.#asking = new AbortController()
    this.#asked = query
    this.#completing = this.#complete(query, this.#asking.signal)
    // Engine or network will have said already what stands in the way; this is help only.
    this.#completing.catch(() => {})
  }

  /** `query` was answered, and the answer is shown. */
  answered(query: string, answer: Suggesting): void {
    if (query !== this.#asked) this.asked(query)
    const { signal } = this.#asking
    const found = answer.hits.length > 0
    if (!found && this.#filters.set > 0) this.view.status.append(this.#clearButton())
    void this.#suggest(answer, signal).catch(() => {})
    if (!this.#filters.element.hidden) void this.#count(query, signal).catch(() => {})
  }

  /** There is no answer: what was for the last one goes. */
  failed(): void {
    this.#asking.abort()
    this.#row.hidden = true
    this.#filters.element.hidden = true
    this.#showSet()
  }

  async #suggest({ suggestion: meant }: Suggesting, signal: AbortSignal): Promise<void> {
    if (meant) this.box.add(this.#strings.didYouMean(meant))
    const completions = await this.#completing
    if (signal.aborted) return
    const others = completions.filter(text => text !== meant)
    this.#queries = [...(meant ? [meant] : []), ...others].slice(0, MAX_SUGGESTIONS)
    const chips = this.#queries.map((query, at) => {
      const chip = (this.#chips[at] ??= this.#chip(at))
      setText(chip, query === meant ? this.#strings.didYouMean(query) : query)
      return chip
    })
    fit(this.#row, chips)
    this.#row.hidden = chips.length === 0
  }

  /** How `query` may go on. */
  async #complete(query: string, signal: AbortSignal): Promise<string[]> {
    const search: Completing = await this.around.search()
    const completions = (await search.suggest?.(query, { limit: MAX_SUGGESTIONS + 1, signal })) ?? []
    const typed = query.trim().toLowerCase()
    return completions.map(({ text }) => text).filter(text => text.toLowerCase() !== typed)
  }

  /** The button that takes over the query at this place of those suggested. */
  #chip(at: number): HTMLElement {
    const chip = make('button', { part: 'suggestion', type: 'button' })
    chip.addEventListener('click', () => {
      this.view.input.focus()
      this.box.ask(this.#queries[at])
    })
    return chip
  }

  async #count(query: string, signal: AbortSignal): Promise<void> {
    await this.#filters.count(await this.around.search(), query, signal)
  }

  #toggleFilters(): void {
    const { element } = this.#filters
    element.hidden = !element.hidden
    this.#toggle.ariaExpanded = String(!element.hidden)
    if (!element.hidden) void this.#count(this.view.input.value, this.#asking.signal).catch(() => {})
  }

  #onChoice(): void {
    this.#showSet()
    this.box.ask()
  }

  #showSet(): void {
    const { set, element } = this.#filters
    setText(this.#toggle, set > 0 ? this.#strings.filtersSet(set) : this.#strings.filters)
    this.#toggle.ariaExpanded = String(!element.hidden)
  }

  #clearButton(): HTMLElement {
    const button = make('button', { part: 'retry', type: 'button' }, this.#strings.clearFilters)
    button.addEventListener('click', () => {
      this.#filters.clear()
      this.view.input.focus()
      this.#onChoice()
    })
    return button
  }

  /** An earlier search as an option of the list. */
  #recent(query: string, at: number): HTMLElement {
    const option = make(
      'div',
      {
        role: 'option',
        part: 'recent',
        id: `recent-${at}`,
        'aria-selected': 'false',
        'aria-label': this.#strings.recent(query),
      },
      query,
    )
    option.addEventListener('click', event => {
      event.stopPropagation()
      this.box.ask(query)
    })
    return option
  }

  /** A hit is opened: its search is kept, and its page told what it was found by. */
  #onFollow(event: MouseEvent): void {
    const link = (event.target as Element).closest<HTMLAnchorElement>('a[role=option]')
    const hit = this.box.hits.find(({ id }) => id === link?.dataset.id)
    if (!link?.href || !hit) return
    this.#recents?.add(this.view.input.value)
    const newTab = event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0
    if (this.around.reads() && !newTab) return
    const { href } = link
    if (!newTab) leaveNote(href, hit)
    link.href = addressWithText(href, hit, link.dataset.anchor, this.around.lang)
    // Only this click goes there: who copies the link's address gets the post's.
    const { href: withText } = link
    setTimeout(() => link.href === withText && (link.href = href))
  }
}
