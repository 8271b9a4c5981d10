/** The reader's control for saving the blog: a button, and a panel that says how things stand. */

import type { Saved, Search } from './client.js'
import { CHECK, make } from './dom.js'
import { button } from './frame.js'
import type { AllStrings } from './reader-strings.js'

const SAVE = 'M12 3.5v11m-4.5-4L12 15l4.5-4.5M4.5 16.5v4h15v-4'

/** What the control needs of the reader around it. */
export interface Surroundings {
  strings: AllStrings
  lang: string
  /** The service worker's address; empty for the usual one. */
  worker: string
  search(): Promise<Search>
  /** The pictures of the open post. */
  images(): string[]
}

/** One control, for the bar of a reader. */
export class Saver {
  readonly button: HTMLButtonElement
  readonly panel: HTMLElement
  readonly #text = make('p')
  readonly #bar = make('progress', { hidden: '' })
  readonly #actions = make('div', { class: 'actions' })
  #saving: AbortController | undefined

  constructor(private readonly around: Surroundings) {
    const { strings } = around
    this.button = button('save', strings.saveTitle, SAVE)
    this.button.setAttribute('popovertarget', 'saving')
    const attributes = { id: 'saving', part: 'saving', popover: '', 'aria-label': strings.saveTitle }
    const content = [make('h2', {}, strings.saveTitle), this.#text, this.#bar, this.#actions]
    this.panel = make('div', { role: 'group', ...attributes }, ...content)
    this.#text.role = 'status'
    this.panel.addEventListener('beforetoggle', event => {
      if ((event as ToggleEvent).newState === 'open' && !this.#saving) void this.#refresh()
    })
  }

  /** Tells how things stand, and what can be done. */
  async #refresh(): Promise<void> {
    try {
      const search = await this.around.search()
      this.#show(await search.saved())
    } catch (error) {
      this.#fail(error)
    }
  }

  #show(saved: Saved): void {
    const { strings } = this.around
    const size = this.#sizeOf(saved.state === 'none' ? saved.totalBytes : saved.bytes)
    const save = (label: string): HTMLElement => this.#action(label, () => this.#save())
    const remove = this.#action(strings.remove, () => this.#remove())
    if (saved.state === 'saved') {
      this.#text.textContent = strings.saved(size)
      const more = this.around.images().some(url => !saved.also.includes(url))
      this.#actions.replaceChildren(...(more ? [save(strings.saveImages)] : []), remove)
    } else if (saved.state === 'partly') {
      this.#text.textContent = strings.savedPartly
      this.#actions.replaceChildren(save(strings.save), remove)
    } else {
      this.#text.textContent = strings.notSaved(size)
      this.#actions.replaceChildren(save(strings.save))
    }
    this.button.toggleAttribute('data-saved', saved.state === 'saved')
    this.button.querySelector('path')?.setAttribute('d', saved.state === 'saved' ? CHECK : SAVE)
  }

  async #save(): Promise<void> {
    const { strings, worker } = this.around
    this.#saving = new AbortController()
    const { signal } = this.#saving
    this.#text.textContent = strings.saving
    this.#bar.removeAttribute('value')
    this.#bar.hidden = false
    this.#actions.replaceChildren(this.#action(strings.cancel, () => this.#saving?.abort()))
    try {
      const search = await this.around.search()
      const saved = await search.save({
        ...(worker && { worker: new URL(worker, document.baseURI) }),
        also: this.around.images(),
        onProgress: ({ bytes, totalBytes }) => {
          this.#bar.max = totalBytes
          this.#bar.value = bytes
        },
        signal,
      })
      this.#show(saved)
    } catch (error) {
      if (signal.aborted) await this.#refresh()
      else this.#fail(error)
    } finally {
      this.#saving = undefined
      this.#bar.hidden = true
    }
  }

  async #remove(): Promise<void> {
    const search = await this.around.search()
    await search.unsave()
    await this.#refresh()
  }

  #fail(error: unknown): void {
    console.error('sakuin:', error)
    const { strings } = this.around
    const full = ((error as Error).cause as Error | undefined)?.name === 'QuotaExceededError'
    this.#text.textContent = full ? strings.saveFull : strings.saveFailed
    this.#actions.replaceChildren(this.#action(strings.save, () => this.#save()))
  }

  #action(label: string, act: () => unknown): HTMLElement {
    const action = make('button', { type: 'button' }, label)
    action.addEventListener('click', () => void act())
    return action
  }

  #sizeOf(bytes: number): string {
    const [value, unit] = bytes < 1e6 ? [bytes / 1e3, 'kilobyte'] : [bytes / 1e6, 'megabyte']
    const maximumFractionDigits = value < 10 ? 1 : 0
    return new Intl.NumberFormat(this.around.lang, { style: 'unit', unit, maximumFractionDigits }).format(value)
  }
}
