/** Filters of an answer: for each key its values with the posts that have them, and the order. */

import type { AssistStrings } from './assist-strings.js'
import type { Search } from './client.js'
import { make } from './dom.js'
import type { FilterKey, QueryOptions } from './types.js'

/** What the reader has narrowed the answer to. */
export type Chosen = Required<Pick<QueryOptions, 'filters' | 'sort'>>

/** Values of a key that are shown at first. */
const SHOWN = 10

/** Keys that can be counted. */
const KEYS: FilterKey[] = ['tags', 'year', 'lang', 'section']

type Counts = [value: string, posts: number][]

/** The panel of filters, to be placed by its maker. */
export class Filters {
  readonly element: HTMLElement
  readonly #keys: FilterKey[]
  /** The buttons of each key by value, in the order in which they were first shown. */
  readonly #choices = new Map<FilterKey, Map<string, HTMLButtonElement>>()
  #query = ''

  /** `keys` are names with spaces between, as in the attribute; `change` is called when a choice was made. */
  constructor(
    keys: string,
    readonly chosen: Chosen,
    private readonly strings: AssistStrings,
    private readonly lang: string,
    private readonly change: () => void,
  ) {
    const wanted = keys.split(/\s+/)
    this.#keys = KEYS.filter(key => wanted.includes(key))
    this.#keys.sort((a, b) => wanted.indexOf(a) - wanted.indexOf(b))
    const attributes = { part: 'filters', id: 'filters', role: 'group', 'aria-label': strings.filters, hidden: '' }
    this.element = make('div', attributes)
  }

  /** How many values are chosen. */
  get set(): number {
    return Object.values(this.chosen.filters).reduce((sum, values) => sum + values.length, 0)
  }

  /** Takes back all that was chosen; tells nobody. */
  clear(): void {
    this.chosen.filters = {}
    this.chosen.sort = 'relevance'
  }

  /** Counts the posts that `query` finds, and shows the counts. */
  async count(search: Search, query: string, signal: AbortSignal): Promise<void> {
    const { filters } = this.chosen
    // A key's own choice must not hide its other values: they are what else could be chosen.
    const counted = this.#keys.map(key => {
      const others = Object.entries(filters).filter(([other]) => other !== key)
      return { key, filters: Object.fromEntries(others) }
    })
    const free = counted.filter(({ key }) => !filters[key])
    const answers = await Promise.all([
      search.query(query, { limit: 1, filters, facets: free.map(({ key }) => key), signal }),
      ...counted
        .filter(({ key }) => filters[key])
        .map(({ key, filters }) => search.query(query, { limit: 1, filters, facets: [key], signal })),
    ])
    if (query !== this.#query) {
      this.#query = query
      this.#choices.clear()
      this.element.replaceChildren(this.#order())
    }
    const facets = Object.assign({}, ...answers.map(answer => answer.facets)) as Partial<Record<FilterKey, Counts>>
    for (const key of this.#keys) this.#show(key, facets[key] ?? [])
  }

  #show(key: FilterKey, counts: Counts): void {
    if (key === 'year') counts.sort(([a], [b]) => Number(b) - Number(a))
    const known = this.#choices.get(key)
    const now = new Map(counts)
    // What was chosen stays in view, so that it can be taken back.
    for (const value of this.chosen.filters[key] ?? []) if (!now.has(value)) now.set(value, 0)
    if (known) {
      // In place: a button that has the focus must not move.
      for (const [value, choice] of known) label(choice, now.get(value) ?? 0, this.#isChosen(key, value))
      return
    }
    if (now.size < 2 && !this.chosen.filters[key]) return
    const choices = new Map([...now].map(([value, posts]) => [value, this.#choice(key, value, posts)]))
    this.#choices.set(key, choices)
    this.element.append(this.#group(this.strings.keys[key], [...choices.values()]))
  }

  #group(name: string, choices: HTMLButtonElement[]): HTMLElement {
    const row = make('div', { class: 'choices' }, ...choices.slice(0, SHOWN))
    const rest = choices.slice(SHOWN)
    if (rest.length > 0) {
      const all = make('button', { part: 'choice', type: 'button', class: 'all' }, this.strings.all)
      all.addEventListener('click', () => {
        // The focus goes to what has appeared, before its button goes.
        row.append(...rest)
        if (all.matches(':focus')) rest[0]?.focus()
        all.remove()
      })
      row.append(all)
    }
    const attributes = { part: 'facet', role: 'group', 'aria-label': name }
    return make('div', attributes, make('span', { part: 'facet-name', 'aria-hidden': 'true' }, name), row)
  }

  #choice(key: FilterKey, value: string, posts: number): HTMLButtonElement {
    const name = key === 'lang' ? languageName(value, this.lang) : value
    const choice = make('button', { part: 'choice', type: 'button', 'data-value': value }, name, make('span'))
    label(choice, posts, this.#isChosen(key, value))
    choice.addEventListener('click', () => {
      const values = this.chosen.filters[key] ?? []
      const kept = values.filter(other => other !== value)
      const { [key]: _, ...others } = this.chosen.filters
      const next = kept.length < values.length ? kept : [...values, value]
      this.chosen.filters = next.length > 0 ? { ...others, [key]: next } : others
      choice.ariaPressed = String(this.#isChosen(key, value))
      this.change()
    })
    return choice
  }

  #order(): HTMLElement {
    const { sort, relevance, newest } = this.strings
    const orders = [['relevance', relevance], ['date', newest]] as const
    const buttons = orders.map(([order, name]) => {
      const button = make('button', { part: 'choice', type: 'button' }, name)
      button.ariaPressed = String(this.chosen.sort === order)
      button.addEventListener('click', () => {
        this.chosen.sort = order
        buttons.forEach(other => (other.ariaPressed = String(other === button)))
        this.change()
      })
      return button
    })
    return this.#group(sort, buttons)
  }

  #isChosen(key: FilterKey, value: string): boolean {
    return this.chosen.filters[key]?.includes(value) ?? false
  }
}

function label(choice: HTMLButtonElement, posts: number, chosen: boolean): void {
  choice.ariaPressed = String(chosen)
  choice.lastElementChild!.textContent = String(posts) // made by #choice
  choice.hidden = posts === 0 && !chosen && !choice.matches(':focus')
}

/** `tag` in words of `lang`; the tag itself where the browser knows none. */
function languageName(tag: string, lang: string): string {
  try {
    return new Intl.DisplayNames(lang, { type: 'language' }).of(tag) ?? tag
  } catch {
    return tag
  }
}
