// What a screen reader is told, where the focus goes, and what fits a narrow or enlarged page.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { ELEMENT, active, demo, executablePath, field, firefoxPath, inBrowser, onlyInChromium, pause, search, seen, titles, untilState, visit } from './harness.mjs'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What axe finds wrong with the page, best practices included. */
async function faults(page) {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe)
  const { violations } = await page.evaluate(() => window.axe.run())
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target, any }) => [target, any[0]?.message]).join(' | ')}`)
}

const reader = page => page.locator('[part=reader][open]')

async function openFirst(page) {
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await reader(page).locator('[part=body][aria-busy=false]').waitFor()
  await pause(page, 200) // the dialog fades in, and axe would measure the contrast of the fading
}

for (const [colorScheme, lang, query] of [['light', 'ja', '全文検索'], ['dark', 'en', 'bicycle chain']]) {
  inBrowser(
    `axe finds nothing wrong in any state, ${colorScheme}, ${lang}`,
    async page => {
      await page.goto(new URL(`/${lang}/`, demo).href)
      await page.waitForFunction(() => customElements.get('sakuin-search'))
      assert.deepEqual(await faults(page), [], 'idle')
      await search(page, query)
      await page.keyboard.press('ArrowDown')
      assert.deepEqual(await faults(page), [], 'results')
      await page.locator('[part=filter]').click()
      await page.locator('[part=choice]').nth(3).click()
      await untilState(page, 'results')
      assert.deepEqual(await faults(page), [], 'filters')
      await page.locator('[part=filter]').click()
      await search(page, 'zzqqxx', 'empty')
      assert.deepEqual(await faults(page), [], 'empty')
      await search(page, query)
      await openFirst(page)
      assert.deepEqual(await faults(page), [], 'reader')
    },
    { colorScheme, chromium: onlyInChromium.media },
  )
}

for (const colorScheme of ['light', 'dark']) {
  inBrowser(
    `axe finds nothing wrong with saving, nor with what is read from it, ${colorScheme}`,
    async page => {
      await page.goto(demo)
      await search(page, 'キャッシュ HTTP')
      await openFirst(page)
      await page.locator('[part=next-match]').click()
      await page.locator('[part=save]').click()
      await page.getByRole('button', { name: '保存する' }).waitFor()
      assert.deepEqual(await faults(page), [], 'before')
      await page.getByRole('button', { name: '保存する' }).click()
      await page.getByText(/保存済み/).waitFor()
      assert.deepEqual(await faults(page), [], 'saved')
      await page.waitForFunction(() => navigator.serviceWorker.controller)
      await page.context().setOffline(true)
      await page.goto(new URL('/posts/ja/http-cache/', demo).href)
      await page.locator('[part=body][aria-busy=false] h2').first().waitFor()
      assert.deepEqual(await faults(page), [], 'a post')
      await page.goto(new URL('/nowhere/', demo).href)
      await page.getByRole('alert').waitFor()
      assert.deepEqual(await faults(page), [], 'no post')
    },
    { colorScheme, chromium: onlyInChromium.media },
  )
}

inBrowser('axe finds nothing wrong with the dialog, nor with a failure', async page => {
  await page.route('**/*.skn', route => route.fulfill({ status: 404 }))
  await visit(page, '<sakuin-search src="/search/" mode="dialog"></sakuin-search>')
  assert.deepEqual(await faults(page), [], 'closed')
  await page.locator('[part=trigger]').click()
  await pause(page, 300)
  assert.deepEqual(await faults(page), [], 'open')
  await search(page, '全文検索', 'broken')
  assert.deepEqual(await faults(page), [], 'broken')
})

for (const reason of ['offline', 'blocked', 'version', 'broken']) {
  inBrowser(`the state ${reason} says what happened and what to do, without a fault for axe, and is tried again`, async page => {
    // A line that was down is tried again with the first letter, after the focus.
    await page.route('**/sakuin/index.js', route =>
      route.fulfill({
        contentType: 'text/javascript',
        body: `export * from './index.js?real'
          import { SakuinError, open as openReal } from './index.js?real'
          let tries = 0
          export async function open(...given) {
            if (tries++ < ${reason === 'offline' ? 2 : 1}) throw new SakuinError('${reason}', 'for the test')
            return openReal(...given)
          }`,
      }),
    )
    const said = []
    page.on('console', message => said.push(message.text()))
    await visit(page, ELEMENT.replace('>', ' recent>'))
    await search(page, '全文', reason)
    assert.deepEqual(await faults(page), [])
    const [what, next] = [page.locator('[part=status] strong'), page.locator('[part=status] p')]
    assert.ok((await what.innerText()).length > 5 && (await next.innerText()).length > 5)
    await pause(page, 1000)
    assert.equal(await page.locator('.quiet[role=status]').textContent(), `${await what.innerText()} ${await next.innerText()}`)
    assert.deepEqual(said.filter(text => text.startsWith('sakuin')), [`sakuin: ${reason}: for the test`])
    if (reason === 'version') {
      await Promise.all([page.waitForEvent('load'), page.locator('[part=retry]').click()])
    } else {
      await page.locator('[part=retry]').click()
      await untilState(page, 'results')
    }
  })
}

inBrowser('axe finds nothing wrong while an answer is on its way, nor with earlier searches', async page => {
  await page.addInitScript(() => location.origin === 'null' || localStorage.setItem('sakuin-recent:/search/', '["全文検索", "トマト"]'))
  let go = () => {}
  const held = new Promise(done => (go = done))
  await page.route('**/sakuin.manifest', route => held.then(() => route.continue()))
  await visit(page, ELEMENT.replace('>', ' recent>'))
  await field(page).focus()
  await page.locator('[part=recent]').first().waitFor()
  await page.keyboard.press('ArrowDown')
  assert.deepEqual(await faults(page), [], 'earlier searches')
  await search(page, '検索', 'loading')
  assert.deepEqual(await faults(page), [], 'loading')
  go()
  await untilState(page, 'results')
})

inBrowser(
  'on a touch screen, all that is pressed is 44 px high and wide enough',
  async page => {
    await visit(page, ELEMENT.replace('>', ' mode="dialog">'))
    await page.locator('[part=trigger]').tap()
    await search(page, '検索')
    await page.locator('[part=filter]').tap()
    await page.locator('[part=choice]').nth(3).waitFor()
    const small = await page.locator('button:visible, [role=option]:visible').evaluateAll(targets =>
      targets
        .map(target => [target.part.value, target.getBoundingClientRect()])
        .filter(([, { width, height }]) => height < 44 || width < 44)
        .map(([part, { width, height }]) => `${part} ${width} x ${height}`),
    )
    assert.deepEqual(small, [])
  },
  { chromium: onlyInChromium.touch, hasTouch: true, isMobile: true, viewport: { width: 390, height: 760 } },
)

inBrowser(
  'where less motion is wanted, nothing moves',
  async page => {
    await visit(page, ELEMENT.replace('>', ' mode="dialog">'))
    let go = () => {}
    const held = new Promise(done => (go = done))
    await page.route('**/*.skn', route => held.then(() => route.continue()))
    await page.locator('[part=trigger]').click()
    await search(page, '検索', 'loading')
    const moving = await page.evaluate(() => document.getAnimations({ subtree: true }).length)
    const inside = await page.evaluate(() => document.querySelector('sakuin-search').shadowRoot.getAnimations().length)
    assert.deepEqual([moving, inside], [0, 0])
    go()
    await untilState(page, 'results')
  },
  { chromium: onlyInChromium.media, reducedMotion: 'reduce' },
)

inBrowser('moved by a view transition, the box keeps its text and its answers', async page => {
  await visit(page)
  await search(page, '全文検索')
  await page.evaluate(async () => {
    const host = document.querySelector('sakuin-search')
    const { finished } = document.startViewTransition(() => {
      document.body.replaceChildren(document.createElement('header'), document.createElement('main'))
      document.querySelector('header').append(host)
    })
    await finished
  })
  assert.equal(await field(page).inputValue(), '全文検索')
  await search(page, 'トマト')
  assert.match((await titles(page))[0], /トマト/)
})

const skip = firefoxPath ? onlyInChromium.devtools : false
test('come back to from the browser’s memory, the box answers as before', { timeout: 60_000, skip }, async () => {
  const { chromium } = await import('playwright-core')
  const ignoreDefaultArgs = ['--disable-back-forward-cache']
  const browser = await chromium.launch({ executablePath, ignoreDefaultArgs })
  try {
    const page = await browser.newPage({ locale: 'ja' })
    await page.addInitScript(() => addEventListener('pageshow', ({ persisted }) => (window.persisted = persisted)))
    await page.goto(demo)
    await search(page, '全文検索')
    await page.goto(new URL('/archive/', demo).href)
    await page.goBack({ waitUntil: 'commit' })
    await page.waitForFunction(() => window.persisted !== undefined)
    assert.ok(await page.evaluate(() => window.persisted), 'the page was kept')
    assert.equal(await field(page).inputValue(), '全文検索')
    await search(page, 'トマト')
    assert.match((await titles(page))[0], /トマト/)
  } finally {
    await browser.close()
  }
})

inBrowser('aria-activedescendant always names an option in view', async page => {
  await visit(page)
  await search(page, '検索')
  const options = await page.locator('[role=option]').count()
  assert.ok(options > 10)
  for (let at = 0; at <= options; at++) {
    await page.keyboard.press('ArrowDown')
    assert.ok(await active(page))
    const inView = await page.locator('[aria-selected=true]').evaluate(option => {
      const { top, bottom } = option.getBoundingClientRect()
      const list = option.closest('[part=list]').getBoundingClientRect()
      return top >= list.top - 1 && bottom <= list.bottom + 1
    })
    assert.ok(inView, `option ${at}`)
  }
  assert.equal(await active(page), 'hit-0', 'round the end')
  await page.keyboard.press('ArrowUp')
  await page.keyboard.insertText('窓')
  assert.equal(await active(page), null, 'another query, another list')
  await untilState(page, 'results')
  assert.equal(await active(page), null)
})

inBrowser('the active option stays active when the list grows', async page => {
  await visit(page, ELEMENT.replace('<sakuin-search', '<sakuin-search limit="2"'))
  await search(page, '検索')
  await page.keyboard.press('ArrowUp')
  const before = await page.locator('[aria-selected=true]').getAttribute('data-id')
  const count = (await titles(page)).length
  await page.locator('[part=more]').click()
  await page.waitForFunction(
    count => document.querySelector('sakuin-search').shadowRoot.querySelectorAll('[part=title]').length > count,
    count,
  )
  await active(page)
  assert.equal(await page.locator('[aria-selected=true]').getAttribute('data-id'), before)
  assert.ok(await field(page).evaluate(input => input.matches(':focus')))
  await page.keyboard.press('Escape')
  assert.equal(await active(page), null)
  assert.equal(await field(page).getAttribute('aria-expanded'), 'false')
})

inBrowser('the live region says each outcome once, politely, after a pause', async page => {
  await visit(page)
  await search(page, 'トマト')
  await search(page, '', 'idle')
  await page.evaluate(() => {
    const live = document.querySelector('sakuin-search').shadowRoot.querySelector('[role=status]')
    window.said = []
    new MutationObserver(() => window.said.push(live.textContent)).observe(live, { childList: true })
  })
  for (const letter of 'wasm') {
    await page.keyboard.insertText(letter)
    await pause(page, 60)
  }
  await untilState(page, 'results')
  const count = await page.locator('[part=count]').innerText()
  await pause(page, 1000)
  await page.keyboard.insertText('zzqqxx')
  await untilState(page, 'empty')
  await pause(page, 1000)
  const expected = [count, '', '「wasmzzqqxx」に一致する記事はありません']
  assert.deepEqual(await page.evaluate(() => window.said), expected)
})

inBrowser('closed by Escape, the reader gives the focus back to the field', async page => {
  await visit(page)
  await search(page, '全文検索')
  await openFirst(page)
  assert.ok(await page.locator('#post-heading').evaluate(heading => heading.matches(':focus')))
  await page.keyboard.press('Escape')
  await reader(page).waitFor({ state: 'detached' })
  assert.ok(await field(page).evaluate(input => input.matches(':focus')))
})

inBrowser('where what had the focus is gone, the dialog gives it to its button', async page => {
  await visit(page, '<button id="opener">x</button><sakuin-search src="/search/" mode="dialog"></sakuin-search>')
  await page.locator('#opener').focus()
  await page.keyboard.press('/')
  assert.ok(await field(page).evaluate(input => input.matches(':focus')))
  await page.locator('#opener').evaluate(opener => opener.remove())
  await page.keyboard.press('Escape')
  await page.locator('[part=trigger]:focus').waitFor()
})

inBrowser('two boxes on a page answer for themselves', async page => {
  await visit(page, `<div id="one">${ELEMENT}</div><p style="height: 20rem"></p><div id="two">${ELEMENT}</div>`)
  const [one, two] = ['#one', '#two'].map(id => page.locator(id))
  await field(page, one).focus()
  await page.keyboard.insertText('wasm')
  await one.locator('sakuin-search[data-state=results]').waitFor({ state: 'attached' })
  await field(page, two).focus()
  await page.keyboard.insertText('トマト')
  await two.locator('sakuin-search[data-state=results]').waitFor({ state: 'attached' })
  assert.ok(!(await one.locator('[part=panel]').isVisible()), 'the one left is closed')
  const listed = box => box.locator('[part=option] [part=title]').allTextContents()
  assert.match((await listed(one)).join(), /webassembly/i)
  assert.match((await listed(two)).join(), /トマト/)
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await reader(page).locator('[part=body][aria-busy=false]').waitFor()
  assert.equal(await reader(page).count(), 1)
  await page.goBack()
  await reader(page).waitFor({ state: 'detached' })
})

inBrowser('removed and added again, it answers, and once', async page => {
  await visit(page)
  await search(page, 'wasm')
  await page.evaluate(async () => {
    const host = document.querySelector('sakuin-search')
    const parent = host.parentElement
    host.remove()
    await new Promise(done => setTimeout(done, 50))
    parent.append(host)
    parent.prepend(host)
  })
  const before = (await seen(page)).answers.length
  await page.keyboard.press('/')
  await search(page, '全文検索')
  await pause(page)
  assert.match((await titles(page))[0], /全文検索/)
  const after = (await seen(page)).answers.slice(before).map(({ query }) => query)
  assert.equal(after.filter(query => query === '全文検索').length, 1)
})

/** Whether the page, or what scrolls in it, scrolls sideways. */
function scrollsSideways(page) {
  return page.evaluate(() => {
    const root = document.querySelector('sakuin-search').shadowRoot
    const boxes = [document.documentElement, ...root.querySelectorAll('[part=list], [part=status], .scroller, [part=bar]')]
    return boxes.filter(box => box.scrollWidth > box.clientWidth + 1).map(box => box.className || box.localName)
  })
}

const narrow = [
  ['320 px wide', { viewport: { width: 320, height: 600 } }, '100%'],
  ['with text at 200 %', { viewport: { width: 640, height: 700 } }, '200%'],
]
for (const [what, options, fontSize] of narrow) {
  inBrowser(
    `nothing scrolls sideways ${what}`,
    async page => {
      for (const [lang, query] of [['ja', '全文検索'], ['en', 'map projection']]) {
        await page.goto(new URL(`/${lang}/`, demo).href)
        await page.evaluate(size => (document.documentElement.style.fontSize = size), fontSize)
        assert.deepEqual(await scrollsSideways(page), [], 'idle')
        await search(page, query)
        assert.deepEqual(await scrollsSideways(page), [], 'results')
        await page.locator('[part=filter]').click()
        await page.locator('[part=facet]:nth-child(2)').waitFor()
        assert.deepEqual(await scrollsSideways(page), [], 'filters')
        await page.locator('[part=filter]').click()
        const list = await page.locator('[part=panel]').boundingBox()
        assert.ok(list.x >= 0 && list.x + list.width <= options.viewport.width)
        await search(page, 'W'.repeat(200), 'empty')
        assert.deepEqual(await scrollsSideways(page), [], 'empty')
        await search(page, query)
        await openFirst(page)
        assert.deepEqual(await scrollsSideways(page), [], 'reader')
      }
    },
    options,
  )
}

inBrowser(
  'in forced colours, the active option and the matches stand out',
  async page => {
    await visit(page)
    await search(page, '全文検索')
    await page.keyboard.press('ArrowDown')
    const style = (selector, name) =>
      page.locator(selector).first().evaluate((element, name) => getComputedStyle(element)[name], name)
    assert.equal(await style('[aria-selected=true]', 'outlineStyle'), 'solid')
    assert.notEqual(await style('[part=match]', 'backgroundColor'), await style('[part=option]', 'backgroundColor'))
    assert.equal(await style('[part=match]', 'backgroundImage'), 'none')
    await page.locator('[part=filter]').click()
    const [chosen, other] = ['true', 'false'].map(pressed => style(`[part=choice][aria-pressed=${pressed}]`, 'backgroundColor'))
    assert.notEqual(await chosen, await other)
  },
  { chromium: onlyInChromium.media, forcedColors: 'active' },
)

inBrowser('from right to left, the box is mirrored and stays in the page', async page => {
  await visit(page, `<div dir="rtl">${ELEMENT}</div>`)
  await search(page, 'wasm')
  assert.deepEqual(await scrollsSideways(page), [])
  const [lens, clear] = await Promise.all(
    ['[part=box] > svg', '[part=clear]'].map(part => page.locator(part).boundingBox()),
  )
  assert.ok(lens.x > clear.x)
  await page.keyboard.press('ArrowDown')
  assert.equal(await active(page), 'hit-0')
})

inBrowser(
  'without scripts, the author’s form is there and leads somewhere',
  async page => {
    await page.goto(demo)
    await page.getByRole('searchbox').fill('全文検索')
    await page.keyboard.press('Enter')
    await page.waitForURL('**/archive/?q=*')
  },
  { chromium: onlyInChromium.scripts, javaScriptEnabled: false },
)

