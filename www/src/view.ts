/** The element's shadow tree. */

import { icon, make } from './dom.js'
import { hotkeyLabel } from './hotkey.js'
import type { Strings } from './strings.js'

/** Whether the list opens below a field in the page, or in a dialog of its own. */
export type Mode = 'inline' | 'dialog'

/** The parts of the tree that change. */
export interface View {
  root: HTMLElement
  input: HTMLInputElement
  clear: HTMLButtonElement
  panel: HTMLElement
  list: HTMLElement
  status: HTMLElement
  count: HTMLElement
  /** The row below the list, where there are results. */
  footer: HTMLElement
  more: HTMLButtonElement
  /** What a screen reader is told. */
  live: HTMLElement
  /** In a dialog only. */
  dialog?: HTMLDialogElement
  trigger?: HTMLButtonElement
}

const LENS = 'M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zm5 12 4.5 4.5'
const CROSS = 'm6.5 6.5 11 11m0-11-11 11'

/** Builds the tree of a new element. */
export function buildView(
  mode: Mode,
  strings: Strings,
  { placeholder, hotkeys, lang }: { placeholder: string; hotkeys: string; lang: string },
): View {
  const input = make('input', {
    part: 'input',
    type: 'text',
    role: 'combobox',
    inputmode: 'search',
    enterkeyhint: 'search',
    autocomplete: 'off',
    autocapitalize: 'off',
    autocorrect: 'off',
    spellcheck: 'false',
    placeholder,
    'aria-label': strings.search,
    'aria-autocomplete': 'list',
    'aria-expanded': 'false',
    'aria-controls': 'list',
  })
  const clear = make(
    'button',
    { part: 'clear', type: 'button', 'aria-label': strings.clear, hidden: '' },
    icon(CROSS),
  )
  const list = make('div', { part: 'list', id: 'list', role: 'listbox', 'aria-label': strings.results })
  const status = make('div', { part: 'status', hidden: '' })
  const count = make('span', { part: 'count' })
  const more = make('button', { part: 'more', type: 'button', hidden: '' }, strings.more)
  const footer = make('div', { part: 'footer', hidden: '' }, count, more)
  const panel = make(
    'div',
    { part: 'panel', hidden: '' },
    list,
    status,
    footer,
  )
  const live = make('div', { class: 'quiet', role: 'status' })
  const label = hotkeyLabel(hotkeys)
  const hint = label ? [make('kbd', { part: 'hotkey', 'aria-hidden': 'true' }, label)] : []
  const box = make('div', { part: 'box' }, icon(LENS), input, clear)
  const root = make('div', { class: mode, lang })
  const view = { root, input, clear, panel, list, status, count, footer, more, live }
  if (mode === 'inline') {
    box.append(...hint)
    root.append(box, panel, live)
    return view
  }
  const close = make('button', { part: 'close', type: 'button' }, strings.close)
  box.append(close)
  const dialog = make('dialog', { part: 'dialog', 'aria-label': strings.search }, box, panel, live)
  const trigger = make(
    'button',
    { part: 'trigger', type: 'button', 'aria-haspopup': 'dialog' },
    icon(LENS),
    make('slot', { name: 'trigger' }, strings.search),
    ...hint,
  )
  // A press on the backdrop is one on the dialog itself, whose box covers all of it.
  dialog.addEventListener('click', ({ target }) => target === dialog && dialog.close())
  close.addEventListener('click', () => dialog.close())
  // The browser returns the focus to where it was; where that is gone, it may leave it in here.
  dialog.addEventListener('close', () => {
    const lost = document.activeElement === document.body || dialog.querySelector(':focus')
    if (lost) trigger.focus()
  })
  root.append(trigger, dialog)
  return { ...view, dialog, trigger }
}
