/**
 * A text field that steers a list below it, as the APG's combobox pattern: keys, composition and
 * the active option. The focus never leaves the field. Knows nothing of search.
 */

import { make } from './dom.js'
import { isImeKey } from './hotkey.js'
import { type Plan, cutAt, fitAt } from './plan.js'

/** Options that fill the list on most screens. */
const FOLD = 9

/** What the reader did. */
export interface Actions {
  /** The text changed. While `composing`, an input method may still turn it into another. */
  type(text: string, composing: boolean): void
  /** Enter on the active option; its modifiers are those of a click. */
  choose(option: HTMLElement, event: KeyboardEvent): void
  /** Enter without an active option. */
  submit(): void
  /** Alt and arrow down. */
  expand(): void
  /** Escape, or Alt and arrow up. */
  dismiss(event: KeyboardEvent): void
}

/** Joins `input` to `list` until `signal` ends it. */
export class Combobox {
  #active: HTMLElement | undefined
  /** Options still to be shown, below those that are. */
  #rest: Iterator<Plan> | undefined
  #drawn = 0
  /** Holds the options below the fold, which need no layout until the reader goes there. */
  readonly #below = make('div', { class: 'below', role: 'none' })
  #scrolled = false
  /** The text last passed on, or put into the field by another. */
  asked = ''
  /** Whether an input method holds the text. */
  composing = false

  constructor(
    private readonly input: HTMLInputElement,
    private readonly list: HTMLElement,
    private readonly actions: Actions,
    signal: AbortSignal,
  ) {
    input.addEventListener('input', event => this.#onInput(event), { signal })
    input.addEventListener('compositionend', event => this.#onCommit(event), { signal })
    // A composition that the loss of focus cut off may never end otherwise.
    input.addEventListener('blur', event => this.composing && this.#onCommit(event), { signal })
    input.addEventListener('keydown', event => this.#onKey(event), { signal })
    list.addEventListener('scroll', () => (this.#scrolled = true), { signal })
  }

  /**
   * Shows `options` from the top. Those below the fold follow when the first have been painted. The
   * active one stays so if it comes again.
   */
  fill(options: Iterable<Plan>): void {
    if (this.#scrolled) this.list.scrollTop = 0
    this.#scrolled = false
    if (this.#active) return this.extend(options)
    this.#take(options)
    this.#draw(FOLD)
    const rest = this.#rest
    if (rest) afterPaint(() => rest === this.#rest && this.#draw())
  }

  /** Shows `options` where the reader is in the list, which may go on with them. */
  extend(options: Iterable<Plan>): void {
    const { id, anchor } = this.#active?.dataset ?? {}
    this.#take(options)
    const same = this.#options().find(
      option => option.dataset.id === id && option.dataset.anchor === anchor,
    )
    this.#activate(id === undefined ? undefined : same)
  }

  #take(options: Iterable<Plan>): void {
    this.#rest = options[Symbol.iterator]()
    this.#drawn = 0
  }

  /** Puts options in the list until `most` are there; without it, all. */
  #draw(most = Infinity): void {
    if (!this.#rest) return
    while (this.#rest && this.#drawn < most) {
      const { value, done } = this.#rest.next()
      if (done) {
        this.#rest = undefined
      } else {
        const at = this.#drawn++
        if (at < FOLD) fitAt(this.list, at, value)
        else fitAt(this.#below, at - FOLD, value)
      }
    }
    const below = this.#rest ? 0 : Math.max(0, this.#drawn - FOLD)
    cutAt(this.list, Math.min(this.#drawn, FOLD) + (below > 0 ? 1 : 0))
    if (below === 0) return
    cutAt(this.#below, below)
    if (!this.#below.parentNode) this.list.append(this.#below)
  }

  /** Says whether the list is in view. */
  set expanded(expanded: boolean) {
    this.input.setAttribute('aria-expanded', String(expanded))
    if (!expanded) this.#activate(undefined)
  }

  #onInput(event: Event): void {
    // Search goes on while an input method composes: kana finds kanji, and Android composes Latin
    // too. `composing` is passed on, so that nothing flashes or speaks meanwhile.
    this.composing = event instanceof InputEvent && event.isComposing
    const text = this.input.value
    if (!this.composing && text === this.asked) return // a commit that changed nothing
    if (text !== this.asked) this.#activate(undefined)
    this.asked = text
    this.actions.type(text, this.composing)
  }

  /** Asks once more: Chromium sends no `input` after a commit, Firefox one that changes nothing. */
  #onCommit(event: Event): void {
    this.asked = '\0' // no field's value
    this.#onInput(event)
  }

  #onKey(event: KeyboardEvent): void {
    // Enter, Escape, arrows and Space belong to the list of candidates.
    if (isImeKey(event)) return
    const { key, altKey } = event
    if (key === 'Enter') {
      event.preventDefault()
      if (this.#active) this.actions.choose(this.#active, event)
      else this.actions.submit()
    } else if (key === 'Escape' || (key === 'ArrowUp' && altKey)) {
      this.actions.dismiss(event)
    } else if (key === 'ArrowDown' && altKey) {
      event.preventDefault()
      this.actions.expand()
    } else if (/^Arrow(Up|Down)$/.test(key) && !event.shiftKey && !event.ctrlKey && !event.metaKey) {
      event.preventDefault()
      this.actions.expand()
      this.#move(key === 'ArrowDown' ? 1 : -1)
    }
  }

  /** Makes the next or the previous option active, round the ends. */
  #move(step: 1 | -1): void {
    const options = this.#options()
    const at = this.#active ? options.indexOf(this.#active) : step > 0 ? -1 : 0
    this.#activate(options.at((at + step) % options.length))
  }

  /** Makes the first option active; false where there is none. */
  activateFirst(): boolean {
    this.#activate(this.#options()[0])
    return this.#active !== undefined
  }

  #activate(option: HTMLElement | undefined): void {
    this.#active?.setAttribute('aria-selected', 'false')
    this.#active = option
    if (option) {
      option.setAttribute('aria-selected', 'true')
      option.scrollIntoView({ block: 'nearest' })
      this.input.setAttribute('aria-activedescendant', option.id)
    } else {
      this.input.removeAttribute('aria-activedescendant')
    }
  }

  #options(): HTMLElement[] {
    this.#draw()
    return [...this.list.querySelectorAll<HTMLElement>('[role=option]')]
  }
}

/** Calls `work` when what the page shows now has been painted. */
function afterPaint(work: () => void): void {
  requestAnimationFrame(() => setTimeout(work, 5))
}
