// Input methods: Chromium's own composition, driven through the DevTools protocol, and the
// orders of events that Safari and Firefox are known for, synthesised.

import assert from 'node:assert/strict'
import { ELEMENT, active, field, inBrowser, onlyInChromium, pause, search, seen, titles, untilState, visit } from './harness.mjs'

/** Of tests that compose. */
const COMPOSED = { chromium: onlyInChromium.composition }

/** An input method over `page`. */
async function inputMethod(page) {
  const session = await page.context().newCDPSession(page)
  return {
    /** Shows `text` as the composition. */
    compose: text =>
      session.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length }),
    /** Ends the composition with `text`. */
    commit: text => session.send('Input.insertText', { text }),
    /** A key that went to the input method. */
    key: async (code, virtualKey = 229) => {
      const key = virtualKey === 229 ? 'Process' : code
      const about = { code, key, windowsVirtualKeyCode: virtualKey }
      await session.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...about })
      await session.send('Input.dispatchKeyEvent', { type: 'keyUp', ...about })
    },
  }
}

const reader = page => page.locator('[part=reader][open]')

/** Counts the calls to the engine, which pass through a port. */
async function countQueries(page) {
  await page.evaluate(() => {
    window.queries = []
    const { postMessage } = Worker.prototype
    Worker.prototype.postMessage = function (message, ...rest) {
      if (message && 'query' in message) window.queries.push(message.query)
      return postMessage.call(this, message, ...rest)
    }
  })
}

inBrowser('Enter that goes to the input method opens nothing', async page => {
  await visit(page)
  const ime = await inputMethod(page)
  await search(page, 'wasm')
  await page.keyboard.press('ArrowDown')
  await ime.compose('けんさく')
  await untilState(page, 'results')
  await ime.key('Enter')
  await ime.key('Enter', 13)
  await pause(page)
  assert.equal(await reader(page).count(), 0)
  assert.equal(await active(page), null)
  await ime.commit('')
}, COMPOSED)

inBrowser('Enter while composing submits no form around or inside the element', async page => {
  const form = '<form action="/elsewhere/" role="search"><input name="q" aria-label="検索"></form>'
  for (const body of [`<form action="/elsewhere/">${ELEMENT}</form>`, ELEMENT.replace('></', `>${form}</`)]) {
    await visit(page, body, { path: `/test/${body.length}/` })
    const { pathname } = new URL(page.url())
    const ime = await inputMethod(page)
    await field(page).focus()
    await ime.compose('けんさく')
    await ime.key('Enter', 13)
    await ime.key('Enter')
    await ime.commit('検索')
    await untilState(page, 'results')
    assert.equal(new URL(page.url()).pathname, pathname)
  }
  await page.keyboard.press('Enter')
  await page.waitForURL('**/elsewhere/?q=%E6%A4%9C%E7%B4%A2')
}, COMPOSED)

for (const ms of [0, 20, 80, 200]) {
  inBrowser(`Safari's committing Enter, ${ms} ms after compositionend, opens nothing`, async page => {
    await visit(page)
    await search(page, 'wasm')
    await page.keyboard.press('ArrowDown')
    const before = await active(page)
    await field(page).evaluate(async (input, ms) => {
      const composition = (type, data) => input.dispatchEvent(new CompositionEvent(type, { data, bubbles: true }))
      const typed = (data, isComposing) =>
        input.dispatchEvent(new InputEvent('input', { data, isComposing, bubbles: true, composed: true }))
      composition('compositionstart', '')
      composition('compositionupdate', 'けん')
      input.value = 'けん'
      typed('けん', true)
      input.value = '検索'
      typed('検索', true)
      composition('compositionend', '検索')
      if (ms > 0) await new Promise(done => setTimeout(done, ms))
      const key = { key: 'Enter', keyCode: 229, bubbles: true, cancelable: true, composed: true }
      input.dispatchEvent(new KeyboardEvent('keydown', key))
    }, ms)
    assert.ok(before)
    await untilState(page, 'results')
    await pause(page)
    assert.equal(await reader(page).count(), 0)
    assert.equal(await active(page), null)
    // The next Enter is the reader's own.
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await reader(page).waitFor()
  })
}

inBrowser('Escape while composing takes back the conversion; list and query stay', async page => {
  await visit(page)
  const ime = await inputMethod(page)
  await search(page, '全文')
  const before = await titles(page)
  await ime.compose('けんさく')
  await ime.key('Escape')
  await ime.key('Escape', 27)
  assert.ok(await page.locator('[part=list]').isVisible())
  await ime.compose('')
  await pause(page)
  await untilState(page, 'results')
  assert.equal(await field(page).inputValue(), '全文')
  assert.deepEqual(await titles(page), before)
  assert.ok(await page.locator('[part=list]').isVisible())
}, COMPOSED)

inBrowser('Escape while composing leaves the dialog open', async page => {
  await visit(page, '<sakuin-search src="/search/" mode="dialog"></sakuin-search>')
  const ime = await inputMethod(page)
  await page.locator('[part=trigger]').click()
  await ime.compose('けんさく')
  await ime.key('Escape', 27)
  await pause(page)
  assert.ok(await page.locator('dialog[part=dialog]').evaluate(dialog => dialog.open))
  await ime.commit('検索')
  await page.keyboard.press('Escape')
  assert.ok(!(await page.locator('dialog[part=dialog]').evaluate(dialog => dialog.open)))
}, COMPOSED)

inBrowser('keys of the candidate list move nothing in ours', async page => {
  await visit(page)
  const ime = await inputMethod(page)
  await field(page).focus()
  await ime.compose('けんさく')
  await untilState(page, 'results')
  for (const code of ['ArrowDown', 'ArrowDown', 'ArrowUp', 'Space', 'Tab', 'PageUp', 'PageDown']) {
    await ime.key(code)
    assert.equal(await active(page), null, code)
    assert.ok(await field(page).evaluate(input => input.matches(':focus')), code)
  }
  await ime.key('ArrowDown', 40)
  assert.equal(await active(page), null, 'with its own key code')
  await ime.commit('検索')
  await untilState(page, 'results')
  await page.keyboard.press('ArrowDown')
  assert.equal(await active(page), 'hit-0')
}, COMPOSED)

inBrowser('a commit gives one search and one answer', async page => {
  await visit(page)
  const ime = await inputMethod(page)
  await search(page, 'wasm')
  await ime.compose('けん')
  await ime.compose('けんさく')
  await untilState(page, 'results')
  await pause(page)
  await countQueries(page)
  const before = (await seen(page)).answers.length
  await ime.commit('検索')
  await untilState(page, 'results')
  await pause(page, 300)
  const { answers } = await seen(page)
  assert.deepEqual(answers.slice(before).map(({ query }) => query), ['wasm検索'])
  assert.deepEqual(await page.evaluate(() => window.queries), ['wasm検索'])
}, COMPOSED)

inBrowser("Firefox's input after compositionend asks nothing twice", async page => {
  await visit(page)
  await search(page, 'wasm')
  await countQueries(page)
  await field(page).evaluate(input => {
    const typed = isComposing => input.dispatchEvent(new InputEvent('input', { isComposing, bubbles: true }))
    input.dispatchEvent(new CompositionEvent('compositionstart'))
    input.value = '検索'
    typed(true)
    input.dispatchEvent(new CompositionEvent('compositionend', { data: '検索' }))
    typed(false)
  })
  await untilState(page, 'results')
  await pause(page)
  assert.deepEqual(await page.evaluate(() => window.queries), ['検索'])
})

inBrowser('Latin letters composed as on Android are searched at every stroke', async page => {
  await visit(page)
  const ime = await inputMethod(page)
  await field(page).focus()
  for (const text of ['w', 'wa', 'was', 'wasm']) {
    await ime.compose(text)
    await untilState(page, 'results')
  }
  const { answers } = await seen(page)
  assert.deepEqual(answers.map(({ query }) => query), ['w', 'wa', 'was', 'wasm'])
  assert.match((await titles(page)).join(), /wasm|webassembly/i)
}, COMPOSED)

inBrowser('while composing, no "nothing found" flashes and nothing is announced', async page => {
  await visit(page)
  const ime = await inputMethod(page)
  await search(page, 'wasm')
  await page.locator('[role=status]').filter({ hasText: /./ }).waitFor({ state: 'attached' })
  await page.evaluate(() => {
    const host = document.querySelector('sakuin-search')
    const live = host.shadowRoot.querySelector('[role=status]')
    Object.assign(window, { states: [], said: [] })
    new MutationObserver(() => window.states.push(host.dataset.state)).observe(host, { attributes: true })
    new MutationObserver(() => window.said.push(live.textContent)).observe(live, { childList: true })
  })
  await ime.compose('zzqq')
  await pause(page, 1000)
  assert.equal((await titles(page)).length > 0, true, 'what was found before stays')
  const during = await page.evaluate(() => ({ states: window.states, said: window.said }))
  assert.ok(!during.states.includes('empty'))
  assert.deepEqual(during.said.filter(Boolean), [])
  await ime.commit('zzqq')
  await untilState(page, 'empty')
}, COMPOSED)

inBrowser('a composition cut off by the loss of focus is searched, and Enter works again', async page => {
  await visit(page, `<button>other</button>${ELEMENT}`)
  // Without `compositionend`, as some input methods leave it.
  await field(page).focus()
  await field(page).evaluate(input => {
    input.dispatchEvent(new CompositionEvent('compositionstart'))
    input.value = '全文検索'
    input.dispatchEvent(new InputEvent('input', { isComposing: true, bubbles: true }))
  })
  await page.locator('main > button').focus()
  await field(page).focus()
  await untilState(page, 'results')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await reader(page).waitFor()
})

inBrowser("Chromium's own composition cut off by the loss of focus is searched", async page => {
  await visit(page, `<button>other</button>${ELEMENT}`)
  const ime = await inputMethod(page)
  await field(page).focus()
  await ime.compose('けんさく')
  await page.locator('main > button').focus()
  await field(page).focus()
  await untilState(page, 'results')
  assert.equal(await field(page).inputValue(), 'けんさく')
  assert.equal(await field(page).getAttribute('aria-expanded'), 'true')
}, COMPOSED)
