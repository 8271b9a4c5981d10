// The main path: type, see the right post first, read it; then the same without a network.

import assert from 'node:assert/strict'
import { demo, field, inBrowser, notInWebKit, search, seen, titles, untilState, visit } from './harness.mjs'

const reader = page => page.locator('[part=reader]')

inBrowser('全文検索 typed, the right post is first, and Enter opens it rendered', async page => {
  await page.goto(demo)
  await field(page).click()
  await page.keyboard.insertText('全文検索')
  await untilState(page, 'results')

  const first = page.locator('[role=option]').first()
  assert.match(await first.locator('[part=title]').innerText(), /全文検索/)
  assert.deepEqual(await first.locator('[part=title] [part=match]').allInnerTexts(), ['全文検索'])
  assert.match(await first.getAttribute('href'), /\/zenbun-kensaku\/$/)

  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await reader(page).locator('[part=body][aria-busy=false]').waitFor()
  assert.equal(await reader(page).locator('h1').innerText(), await first.locator('[part=title]').textContent())
  assert.ok((await reader(page).locator('[part=body] h2').count()) > 2)
  assert.ok((await reader(page).locator('pre code').first().textContent()).length > 10)
  const image = reader(page).locator('figure img').first()
  await image.evaluate(image => image.scrollIntoView())
  await image.evaluate(image => image.decode())
  assert.ok((await reader(page).locator('figcaption').first().innerText()).length > 0)
  const highlighted = await page.evaluate(() => [...CSS.highlights.get('sakuin')].map(String))
  assert.ok(highlighted.includes('全文検索'))
})

inBrowser('without a network, what was loaded is searched and read', async page => {
  await page.goto(demo)
  await search(page, '全文検索')
  const online = await titles(page)
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await reader(page).locator('[part=body] h2').first().waitFor()
  await page.keyboard.press('Escape')
  await search(page, '検索', 'results')
  const before = await titles(page)

  await page.context().setOffline(true)
  await search(page, '転置インデックス')
  assert.match((await titles(page))[0], /全文検索/)
  await search(page, '検索')
  assert.deepEqual(await titles(page), before)
  await search(page, '全文検索')
  assert.deepEqual(await titles(page), online)
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await reader(page).locator('[part=body][aria-busy=false] h2').first().waitFor()
  assert.match(await reader(page).locator('h1').innerText(), /全文検索/)
}, { playwright: notInWebKit.network })

inBrowser('what is not loaded when the network goes says so, and comes with it', async page => {
  await page.goto(demo)
  await search(page, '全文検索')
  await page.context().setOffline(true)
  await search(page, 'bicycle', 'offline')
  assert.equal((await titles(page)).length, 0)
  await page.context().setOffline(false)
  await untilState(page, 'results')
  assert.match((await titles(page))[0], /bicycle/i)
}, { playwright: notInWebKit.network })

inBrowser('English words are found whatever their case and number', async page => {
  await page.goto(new URL('/en/', demo).href)
  await search(page, 'BICYCLE Chains')
  assert.match((await titles(page))[0], /bicycle/i)
  assert.match(await page.locator('[part=count]').innerText(), /^(about )?\d+ results?$/)
})

inBrowser('full-width and half-width letters find what the usual ones do', async page => {
  await page.goto(demo)
  for (const [odd, usual] of [['ｗａｓｍ', 'wasm'], ['ﾄﾏﾄ', 'トマト']]) {
    await search(page, usual)
    const expected = await titles(page)
    await search(page, 'zzqqxx', 'empty')
    await search(page, odd)
    assert.deepEqual(await titles(page), expected, odd)
  }
})

inBrowser('a link with `?q=` opens with its results, as the form without scripts leads to', async page => {
  await page.goto(new URL('/archive/?q=%E5%85%A8%E6%96%87%E6%A4%9C%E7%B4%A2', demo).href)
  await untilState(page, 'results')
  assert.match((await titles(page))[0], /全文検索/)
  assert.ok(await page.locator('[part=panel]').isVisible())
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await reader(page).locator('[part=body][aria-busy=false]').waitFor()
  await page.reload()
  await reader(page).locator('[part=body][aria-busy=false]').waitFor()
})

inBrowser('no query breaks the box', async page => {
  await page.goto(demo)
  const ZWJ_EMOJI = '👩‍👩‍👧‍👦'
  const hostile = ['\ud800', ZWJ_EMOJI, '\u202e全文\u2066検索', '\0', '検'.repeat(10_000), '"'.repeat(500), '<img src=x>']
  for (const text of hostile) {
    await field(page).focus()
    await field(page).evaluate((input, text) => {
      input.value = text
      input.dispatchEvent(new InputEvent('input', { bubbles: true }))
    }, text)
    const state = page.locator('sakuin-search:not([data-state=loading])')
    await state.waitFor({ state: 'attached' })
    assert.match(await state.getAttribute('data-state'), /^(idle|results|empty)$/, JSON.stringify(text.slice(0, 20)))
  }
  await search(page, '全文検索')
})

inBrowser('a pasted line break does not part a word', async page => {
  await page.goto(demo)
  await field(page).focus()
  await page.evaluate(() => document.execCommand('insertText', false, '全文\n検索'))
  await untilState(page, 'results')
  const { answers } = await seen(page)
  assert.equal(answers.at(-1).hits[0].id.endsWith('zenbun-kensaku.md'), true)
})

inBrowser('at a keystroke the rows in view change where they stand, and the others follow', async page => {
  await page.goto(demo)
  await search(page, '検索')
  const rows = page.locator('[role=option]')
  await rows.nth(9).waitFor({ state: 'attached' })
  const all = await rows.count()
  // As the page has them when the answer is shown, before it is painted.
  await page.evaluate(() => {
    const list = document.querySelector('sakuin-search').shadowRoot.querySelector('[part=list]')
    const before = [...list.querySelectorAll('[role=option]')]
    document.addEventListener('sakuin-results', () => {
      const now = [...list.querySelectorAll('[role=option]')]
      window.shown = { rows: now.length, kept: now.filter(row => before.includes(row)).length }
    })
  })
  await search(page, '検索エンジン')
  await page.waitForFunction(() => window.shown)
  assert.deepEqual(await page.evaluate(() => window.shown), { rows: 9, kept: 9 })
  await rows.nth(9).waitFor({ state: 'attached' })
  assert.match(await rows.first().locator('[part=match]').first().innerText(), /検索/)
  const ids = await rows.evaluateAll(rows => rows.map(row => row.id))
  assert.equal(new Set(ids).size, ids.length)
  // Back again: nothing of the other answer is left.
  const rest = page.locator('[part=list] .below [role=option]')
  await search(page, '検索')
  await page.waitForFunction(all => document.querySelector('sakuin-search').shadowRoot.querySelectorAll('[role=option]').length === all, all)
  assert.equal(await rest.count(), all - 9)
})

inBrowser('arrow up goes to the last row, although it is not shown yet', async page => {
  await page.goto(demo)
  await search(page, '検索')
  const last = await page.evaluate(
    () =>
      new Promise(done => {
        const { shadowRoot } = document.querySelector('sakuin-search')
        const input = shadowRoot.querySelector('[part=input]')
        document.addEventListener('sakuin-results', () => {
          input.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowUp', bubbles: true, cancelable: true }))
          const options = [...shadowRoot.querySelectorAll('[role=option]')]
          done({ rows: options.length, active: options.at(-1).id === input.getAttribute('aria-activedescendant') })
        })
        input.value = '全文検索'
        input.dispatchEvent(new InputEvent('input'))
      }),
  )
  assert.ok(last.rows > 9 && last.active, JSON.stringify(last))
  // Going through the list changes nothing in it.
  const changed = await page.evaluate(() => {
    const { shadowRoot } = document.querySelector('sakuin-search')
    const input = shadowRoot.querySelector('[part=input]')
    const watch = new MutationObserver(() => {})
    watch.observe(shadowRoot.querySelector('[part=list]'), { childList: true, subtree: true })
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowUp']) {
      input.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
    }
    return watch.takeRecords().length
  })
  assert.equal(changed, 0)
})

inBrowser('another query is shown from its first row, more of the same where the reader is', async page => {
  await page.goto(demo)
  await search(page, '検索')
  const list = page.locator('[part=list]')
  const top = () => list.evaluate(list => list.scrollTop)
  await page.locator('[role=option]').nth(9).waitFor({ state: 'attached' })
  await list.evaluate(list => list.scrollBy(0, 400))
  await page.waitForFunction(() => document.querySelector('sakuin-search').shadowRoot.querySelector('[part=list]').scrollTop > 300)
  await page.locator('[part=more]').click()
  await page.waitForFunction(() => window.seen.answers.length === 2)
  assert.ok((await top()) > 300)
  await page.keyboard.insertText('エンジン')
  await page.waitForFunction(() => window.seen.answers.length === 3)
  assert.equal(await top(), 0)
}, { playwright: notInWebKit.pointer })

inBrowser('with recency, newer posts come first', async page => {
  await visit(page)
  await search(page, '検索')
  const before = await titles(page)
  await page.locator('sakuin-search').evaluate(element => element.setAttribute('recency', '4'))
  await search(page, '検索')
  const after = await titles(page)
  const expected = await page.evaluate(async () => {
    const { open } = await import('/sakuin/index.js')
    const { hits } = await (await open('/search/')).query('検索', { recency: 4 })
    return hits.map(hit => hit.title)
  })
  assert.deepEqual(after, expected)
  assert.notDeepEqual(after, before)
})
