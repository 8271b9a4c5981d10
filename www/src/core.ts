/**
 * The search box at work: asks what is typed, and shows the answer, or what stands in its way.
 * The same in the page and in a dialog.
 */

import { type Answer, type Hit, type Reason, type Search, SakuinError, reasonOf } from './client.js'
import { Combobox } from './combobox.js'
import { make } from './dom.js'
import { optionsOf } from './hits.js'
import { type Plan, setText } from './plan.js'
import type { Strings, Trouble } from './strings.js'
import type { QueryOptions } from './types.js'
import type { View } from './view.js'

/** What `data-state` holds. */
export type State = 'idle' | 'loading' | 'results' | 'empty' | Reason

/** Speech waits until typing has paused for so long, in milliseconds. */
const SPEECH_MS = 700

/** An answer that is not there after so long is seen to be waited for, in milliseconds. */
const SLOW_MS = 200

/** Causes already named on the console. */
const reported = new Set<string>()

/** What the box needs of the element around it. */
export interface Surroundings {
  host: HTMLElement
  strings: Strings
  lang: string
  /** Hits at first, and how many more at a time. */
  limit: number
  recency: number
  /** The opened index; `again` after a failure opens it anew. */
  search(again?: 'again'): Promise<Search>
  /** Enter where no option is active; false where the element has no use for it. */
  submit(text: string): boolean
}

/** What helps to word a query. */
export interface Helper {
  /** Nothing is searched for. */
  rest(): void
  /** `query` was sent. */
  asked(query: string): void
  /** `query` was answered, and the answer is shown. */
  answered(query: string, answer: Answer): void
  /** There is no answer to be had. */
  failed(): void
}

/** Works on `view` until `signal` ends it. */
export class Core {
  hits: Hit[] = []
  /** What the reader has narrowed the answer to. */
  readonly chosen: Required<Pick<QueryOptions, 'filters' | 'sort'>> = { filters: {}, sort: 'relevance' }
  #helper: Helper | undefined
  /** What the helper was told, or would have been. */
  #tell = (helper: Helper): void => helper.rest()
  readonly #box: Combobox
  /** Counts the queries: only the answer to the last one is shown. */
  #turn = 0
  #asking = new AbortController()
  /** The last state but `loading`. */
  #settled: State = 'idle'
  #slow: ReturnType<typeof setTimeout> | undefined
  #speech: ReturnType<typeof setTimeout> | undefined
  #toSay = ''

  constructor(
    private readonly view: View,
    private readonly around: Surroundings,
    signal: AbortSignal,
  ) {
    const { input, clear, panel, more, root, dialog } = view
    const actions = {
      type: (text: string, composing: boolean) => void this.#ask(text, composing),
      choose: press,
      submit: () => void (around.submit(input.value) || this.#box.activateFirst()),
      expand: () => this.expand(),
      dismiss: (event: KeyboardEvent) => this.#dismiss(event),
    }
    this.#box = new Combobox(input, view.list, actions, signal)
    input.addEventListener('focus', () => this.#onFocus(), { signal })
    clear.addEventListener('click', () => this.#clear(), { signal })
    more.addEventListener('click', () => void this.#ask(input.value, false, this.hits.length), { signal })
    // A press in the panel must not take the focus, on whose loss the panel closes.
    panel.addEventListener('mousedown', event => event.preventDefault(), { signal })
    root.addEventListener('focusout', event => this.#onFocusOut(event), { signal })
    // Escape while composing takes back the conversion, not the dialog.
    dialog?.addEventListener('cancel', event => this.#box.composing && event.preventDefault(), { signal })
    addEventListener('online', () => this.#settled === 'offline' && this.#retry(), { signal })
    signal.addEventListener('abort', () => this.#asking.abort())
    this.#enter('idle')
    if (input.value) void this.#ask(input.value, false)
  }

  get hasHelper(): boolean {
    return this.#helper !== undefined
  }

  /** Takes on a helper, which may come late. */
  set helper(helper: Helper) {
    this.#helper = helper
    this.#tell(helper)
  }

  /** Searches for `text` as if it were typed; without it, once more for what is there. */
  ask(text = this.view.input.value): void {
    this.view.input.value = text
    void this.#ask(text, false)
  }

  /** Shows `options` while nothing is searched for. */
  offer(options: Plan[]): void {
    if (this.#settled === 'idle' && this.view.input.value.trim() === '') this.#offer(options)
  }

  #offer(options: Plan[]): void {
    this.#box.fill(options)
    this.view.list.hidden = options.length === 0
    this.expand()
  }

  /** Has a screen reader say `text`, after what it is to say already. */
  add(text: string): void {
    this.#say(`${this.#toSay} ${text}`)
  }

  /** Opens the panel, if there is something in it and the reader is here. */
  expand(): void {
    const { panel, list, root } = this.view
    const nothing = this.#settled === 'idle' && list.hidden
    panel.hidden = nothing || !root.querySelector('dialog[open], :focus')
    this.#box.expanded = !panel.hidden && !list.hidden
  }

  collapse(): void {
    this.view.panel.hidden = true
    this.#box.expanded = false
  }

  /** Says what went wrong, to the reader in words and on the console by its cause, once. */
  fail(error: unknown): void {
    const code = reasonOf(error)
    const cause = `sakuin: ${code}: ${(error as Error).message}`
    if (!reported.has(cause)) console.error(cause)
    reported.add(cause)
    const trouble = this.around.strings.trouble[code]
    this.hits = []
    this.#box.fill([])
    this.#enter(code, trouble)
    this.#notify(helper => helper.failed())
    this.#say(`${trouble.what} ${trouble.next}`)
  }

  /** Asks for `query`, and for a page more than the hits already `shown`. */
  async #ask(query: string, composing: boolean, shown = 0): Promise<void> {
    this.view.clear.hidden = query === ''
    this.#box.asked = query
    this.#asking.abort()
    this.#asking = new AbortController()
    const { signal } = this.#asking
    const turn = ++this.#turn
    this.#say('')
    if (query.trim() === '') {
      this.hits = []
      this.#box.fill([])
      this.#enter('idle')
      this.#notify(helper => helper.rest())
      return
    }
    if (this.#settled === 'idle') this.#offer([])
    this.#enter('loading')
    try {
      const search = await this.around.search()
      // The `input` of a commit still counts as composing, and `compositionend` asks anew at once.
      if (composing) await new Promise(done => setTimeout(done))
      if (turn !== this.#turn) return
      const { limit: more, recency } = this.around
      const limit = shown + more
      const answering = search.query(query, { limit, recency, ...this.chosen, signal })
      this.#helper?.asked(query)
      const answer = await answering
      // A later keystroke has asked again: its answer wins, whichever is first.
      if (turn !== this.#turn) return
      // No "nothing found" flashes up on the way to a word.
      if (composing && answer.hits.length === 0) this.#enter(this.#settled)
      else this.#show(query, answer, composing, shown)
    } catch (error) {
      if (turn === this.#turn && !signal.aborted) this.fail(error)
    }
  }

  #show(query: string, answer: Answer, composing: boolean, shown: number): void {
    const { hits, total, exact, reason, missing = '' } = answer
    if (reason && hits.length === 0) return this.fail(new SakuinError(reason, missing))
    const { host, strings, lang } = this.around
    const { count, more } = this.view
    this.hits = hits
    const options = optionsOf(hits, lang)
    if (shown > 0) this.#box.extend(options)
    else this.#box.fill(options)
    const counted = strings.count(total, exact)
    setText(count, counted)
    more.hidden = hits.length >= total
    if (hits.length > 0) {
      this.#enter('results')
      if (!composing) this.#say(counted)
    } else {
      const what = strings.empty(Array.from(query.trim()).slice(0, 40).join(''))
      this.#enter('empty', { what, next: strings.emptyNext })
      this.#say(what)
    }
    const detail = { query, ...answer }
    host.dispatchEvent(new CustomEvent('sakuin-results', { detail, bubbles: true, composed: true }))
    this.#notify(helper => helper.answered(query, answer))
  }

  #notify(tell: (helper: Helper) => void): void {
    this.#tell = tell
    if (this.#helper) tell(this.#helper)
  }

  /** Shows `state`, and where it isn't results, what there is to say about it. */
  #enter(state: State, trouble?: Partial<Trouble>): void {
    const { root, list, status, footer } = this.view
    this.around.host.dataset.state = state
    list.ariaBusy = String(state === 'loading')
    clearTimeout(this.#slow)
    if (state === 'loading') {
      // A line that runs at every keystroke would cost each a layout, and be seen at none.
      this.#slow = setTimeout(() => root.classList.add('slow'), SLOW_MS)
      return this.expand() // what was found before stays meanwhile
    }
    root.classList.remove('slow')
    this.#settled = state
    const found = state === 'results'
    list.hidden = !found
    status.hidden = found || state === 'idle'
    footer.hidden = !found
    if (trouble) {
      status.replaceChildren(make('strong', {}, trouble.what ?? ''), make('p', {}, trouble.next ?? ''))
      if (trouble.action) {
        const retry = make('button', { part: 'retry', type: 'button' }, trouble.action)
        retry.addEventListener('click', () => this.#retry())
        status.append(retry)
      }
    }
    this.expand()
  }

  #retry(): void {
    if (this.#settled === 'version') location.reload()
    void this.around.search('again').catch(() => {}) // the query will tell
    void this.#ask(this.view.input.value, false)
  }

  #clear(): void {
    this.view.input.value = ''
    this.view.input.focus()
    void this.#ask('', false)
  }

  #onFocus(): void {
    this.expand()
    if (this.#settled === 'idle') this.#helper?.rest()
  }

  /** Closes what is open; where nothing is, clears the field. */
  #dismiss(event: KeyboardEvent): void {
    const { dialog, panel, input } = this.view
    if (dialog) {
      event.preventDefault()
      dialog.close()
    } else if (!panel.hidden) {
      event.preventDefault()
      this.#asking.abort()
      this.#enter(this.#settled)
      this.collapse()
    } else if (event.key === 'Escape' && input.value) {
      event.preventDefault()
      this.#clear()
    }
  }

  #onFocusOut({ relatedTarget }: FocusEvent): void {
    const { root, dialog } = this.view
    const stays = root.contains(relatedTarget as Node | null) || !document.hasFocus()
    if (!dialog && !stays) this.collapse()
  }

  /** Tells a screen reader; what was to be told before and wasn't yet is dropped. */
  #say(text: string): void {
    clearTimeout(this.#speech)
    this.#toSay = text
    if (text === '') this.view.live.textContent = ''
    else this.#speech = setTimeout(() => (this.view.live.textContent = text), SPEECH_MS)
  }
}

/** Enter on an option is a click on its link, in a new tab where the keys held say so. */
function press(option: HTMLElement, { ctrlKey, metaKey, shiftKey }: KeyboardEvent): void {
  const keys = { ctrlKey, metaKey, shiftKey }
  option.dispatchEvent(
    new MouseEvent('click', { bubbles: true, cancelable: true, composed: true, ...keys }),
  )
}
