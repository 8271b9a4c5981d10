/** Keys that open the search from anywhere in the page. */

/** What the attribute stands for when it is absent. */
export const DEFAULT_HOTKEYS = '/ mod+k'

const apple = /mac|iphone|ipad/i.test(globalThis.navigator?.platform ?? '')

/** Whether `event` is one of `hotkeys`, names as `/` or `mod+k` with spaces between. */
export function isHotkey(event: KeyboardEvent, hotkeys: string): boolean {
  if (event.repeat || event.defaultPrevented || isImeKey(event)) return false
  if (event.getModifierState('AltGraph') || event.altKey) return false
  return hotkeys.split(/\s+/).some(hotkey => matches(event, hotkey.toLowerCase()))
}

/** Whether the key went to an input method; its meaning is not for us. */
export function isImeKey(event: KeyboardEvent): boolean {
  // Safari ends the composition before the key that commits it, and leaves only the number.
  return event.isComposing || event.keyCode === 229
}

/** Whether what has the focus takes text, seen through open shadow roots. */
export function isTyping(event: KeyboardEvent): boolean {
  const target = event.composedPath()[0]
  if (!(target instanceof HTMLElement)) return false
  // A custom element that has the focus itself may hold an editor in a closed shadow root.
  if (target.localName.includes('-') && !target.shadowRoot) return true
  return (
    target.isContentEditable ||
    target.matches('textarea, select, [role=textbox], [role=searchbox], [role=combobox]') ||
    (target.localName === 'input' && !target.matches('[type=checkbox], [type=radio], [type=button]'))
  )
}

/** The first of `hotkeys` as it is printed on this platform's keys; empty for none. */
export function hotkeyLabel(hotkeys: string): string {
  const [first = ''] = hotkeys.trim().split(/\s+/)
  const [key = '', mod] = first.split('+').reverse()
  if (!mod) return key
  return apple ? `⌘${key.toUpperCase()}` : `Ctrl ${key.toUpperCase()}`
}

function matches(event: KeyboardEvent, hotkey: string): boolean {
  const [key, mod] = hotkey.split('+').reverse()
  if (!key) return false
  // On a Mac, Ctrl+K is kill-line, and the katakana conversion while composing.
  const held = apple ? event.metaKey : event.ctrlKey
  const other = apple ? event.ctrlKey : event.metaKey
  if (other || held !== (mod === 'mod')) return false
  if (mod && event.shiftKey) return false
  return keysOf(event).includes(key)
}

/** The names `event` may be meant by. */
function keysOf({ key, code }: KeyboardEvent): string[] {
  // A Japanese layout in kana mode gives ・ where `/` is printed.
  if (key === '・' || key === '／') return ['/']
  // Where the layout has no Latin letters, the key's place counts.
  if (key > '\x7f' && code.startsWith('Key')) return [code.slice(3).toLowerCase()]
  return [key.toLowerCase()]
}
