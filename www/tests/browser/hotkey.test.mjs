// Keys that open the search, and those that must be left alone.

import assert from 'node:assert/strict'
import { ELEMENT, field, inBrowser, visit } from './harness.mjs'

const focused = page => field(page).evaluate(input => input.matches(':focus'))

/** Sends a key as a keyboard would that this machine has not; tells whether it was taken. */
function key(page, about, selector = 'body') {
  return page.evaluate(
    ({ about, selector }) => {
      const event = new KeyboardEvent('keydown', { bubbles: true, cancelable: true, composed: true, ...about })
      document.querySelector(selector).dispatchEvent(event)
      return event.defaultPrevented
    },
    { about, selector },
  )
}

const onMac = page =>
  page.addInitScript(() => Object.defineProperty(Navigator.prototype, 'platform', { get: () => 'MacIntel' }))

inBrowser('`/` and Ctrl+K focus the field, and `/` is not typed', async page => {
  await visit(page)
  for (const pressed of ['/', 'Control+k']) {
    await page.keyboard.press(pressed)
    assert.ok(await focused(page), pressed)
    assert.equal(await field(page).inputValue(), '')
    await field(page).blur()
  }
})

inBrowser('on a Mac, Ctrl+K stays kill-line and Cmd+K opens, CapsLock or not', async page => {
  await onMac(page)
  await visit(page)
  assert.equal(await key(page, { key: 'k', ctrlKey: true }), false)
  assert.equal(await focused(page), false)
  for (const letter of ['k', 'K']) {
    assert.equal(await key(page, { key: letter, metaKey: true }), true)
    assert.ok(await focused(page))
    await field(page).blur()
  }
  assert.match(await page.locator('[part=hotkey]').textContent(), /^\/$/)
})

inBrowser('a Japanese layout in kana mode opens with the key that has `/` on it', async page => {
  await visit(page)
  assert.equal(await key(page, { key: '・', code: 'Slash' }), true)
  assert.ok(await focused(page))
})

inBrowser('AltGr, dead keys, repeats and composing keys open nothing', async page => {
  await visit(page)
  const left = [
    { key: '/', modifierAltGraph: true },
    { key: '/', altKey: true },
    { key: 'Dead', code: 'Slash' },
    { key: '/', repeat: true },
    { key: '/', isComposing: true },
    { key: 'Process', keyCode: 229, code: 'Slash' },
    { key: 'k', ctrlKey: true, shiftKey: true },
    { key: 'k', ctrlKey: true, metaKey: true },
  ]
  // WebKit makes no event with AltGr.
  const hasAltGr = await page.evaluate(() =>
    new KeyboardEvent('keydown', { modifierAltGraph: true }).getModifierState('AltGraph'),
  )
  for (const about of left.filter(about => hasAltGr || !about.modifierAltGraph)) {
    assert.equal(await key(page, about), false, JSON.stringify(about))
    assert.equal(await focused(page), false, JSON.stringify(about))
  }
})

inBrowser('a hotkey typed into an editor, in shadow trees too, is left alone', async page => {
  await visit(page, `<textarea></textarea><p contenteditable>text</p><x-open></x-open><x-closed></x-closed>${ELEMENT}`)
  await page.evaluate(() => {
    for (const mode of ['open', 'closed']) {
      customElements.define(`x-${mode}`, class extends HTMLElement {
        connectedCallback() {
          const outer = this.attachShadow({ mode })
          const inner = document.createElement('div')
          outer.append(inner)
          const editor = document.createElement('textarea')
          inner.attachShadow({ mode: 'open' }).append(editor)
          this.edit = () => editor.focus()
          this.text = () => editor.value
        }
      })
    }
  })
  for (const selector of ['textarea', '[contenteditable]']) {
    await page.locator(selector).first().focus()
    assert.equal(await key(page, { key: 'k', ctrlKey: true }, selector), false)
    await page.keyboard.press('/')
    assert.equal(await focused(page), false, selector)
  }
  for (const name of ['x-open', 'x-closed']) {
    await page.evaluate(name => document.querySelector(name).edit(), name)
    await page.keyboard.press('/')
    assert.equal(await focused(page), false, name)
    assert.equal(await page.evaluate(name => document.querySelector(name).text(), name), '/')
  }
})

inBrowser('hotkeys are the author’s to set and to take away', async page => {
  await visit(page, '<sakuin-search src="/search/" hotkey="s"></sakuin-search>')
  // Not from the keyboard: by itself, Firefox searches the page then.
  assert.equal(await key(page, { key: '/' }), false)
  assert.equal(await focused(page), false)
  await page.keyboard.press('s')
  assert.ok(await focused(page))
  await page.locator('sakuin-search').evaluate(host => host.setAttribute('hotkey', ''))
  await field(page).blur()
  await page.keyboard.press('s')
  assert.equal(await focused(page), false)
  assert.equal(await page.locator('[part=hotkey]').count(), 0)
})
