// What helps to word a query: filters, suggestions, earlier searches, and the page a hit leads to.

import assert from 'node:assert/strict'
import { ELEMENT, active, demo, field, inBrowser, pause, search, seen, status, titles, untilState, visit } from './harness.mjs'

const choice = (page, name) => page.locator('[part=choice]').filter({ hasText: name })
const pressed = page => page.locator('[part=facet]:nth-child(n + 2) [part=choice][aria-pressed=true]').allTextContents()
const counted = async page => Number((await page.locator('[part=count]').innerText()).replace(/\D/g, ''))

async function openFilters(page) {
  await page.locator('[part=filter]').click()
  await page.locator('[part=filters] [part=facet]:nth-child(2)').waitFor()
}

inBrowser('filters narrow what was found, and tell how many posts each would leave', async page => {
  await visit(page)
  await search(page, '検索')
  const all = await counted(page)
  const before = (await seen(page)).answers.length
  await openFilters(page)
  assert.equal((await seen(page)).answers.length, before, 'to count is not to search')
  const rust = choice(page, 'Rust')
  const left = Number(await rust.locator('span').innerText())
  assert.ok(0 < left && left < all)
  await rust.click()
  await page.waitForFunction(left => {
    const { shadowRoot } = document.querySelector('sakuin-search')
    return parseInt(shadowRoot.querySelector('[part=count]').textContent) === left
  }, left)
  assert.equal((await titles(page)).length, left)
  assert.deepEqual((await seen(page)).answers.at(-1).hits.map(({ tags }) => tags.includes('Rust')), Array(left).fill(true))
  assert.equal(await rust.getAttribute('aria-pressed'), 'true')
  assert.equal(await page.locator('[part=filter]').innerText(), '絞り込み（1）')
  // Its own choice hides no other value of the key.
  await choice(page, '日本語').first().waitFor()
  assert.ok((await page.locator('[part=facet]:nth-child(2) [part=choice]:visible').count()) > 1)
  await rust.click()
  await pause(page, 300)
  assert.equal(await counted(page), all)
})

inBrowser('filters are reached and set by the keyboard, and the focus stays on them', async page => {
  await visit(page)
  await search(page, '検索')
  for (let tabs = 0; tabs < 12 && !(await page.locator('[part=filter]:focus').count()); tabs++) await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.locator('[part=filters] [part=facet]:nth-child(2)').waitFor()
  const year = choice(page, /^20\d\d/).first()
  await year.focus()
  await page.keyboard.press('Space')
  await untilState(page, 'results')
  await pause(page, 300)
  assert.ok(await year.evaluate(button => button.matches(':focus') && button.ariaPressed === 'true'))
  assert.ok(await page.locator('[part=panel]').isVisible())
  await page.keyboard.press('Escape')
})

inBrowser('where filters leave nothing, they can be taken away', async page => {
  await visit(page)
  await search(page, '検索')
  await openFilters(page)
  await choice(page, 'Rust').click()
  await search(page, 'トマト', 'empty')
  await page.getByRole('button', { name: '絞り込みを解除' }).click()
  await untilState(page, 'results')
  assert.deepEqual(await pressed(page), [])
  assert.match((await titles(page))[0], /トマト/)
  assert.ok(await field(page).evaluate(input => input.matches(':focus')))
})

inBrowser('another search, once the field was empty, is not narrowed by the last', async page => {
  await visit(page)
  await search(page, '検索')
  await openFilters(page)
  await choice(page, 'Rust').click()
  await search(page, '', 'idle')
  await search(page, 'トマト')
  assert.equal(await page.locator('[part=filter]').innerText(), '絞り込み')
})

inBrowser('what is filtered by is the author’s to say, and in which order', async page => {
  await visit(page, ELEMENT.replace('>', ' filters="lang year" lang="en">'))
  await search(page, '検索')
  await openFilters(page)
  assert.deepEqual(await page.locator('[part=facet-name]').allTextContents(), ['Order', 'Language', 'Year'])
  const years = await page.locator('[part=facet]:nth-child(3) [part=choice]').allTextContents()
  assert.ok(years.length > 2)
  assert.deepEqual(years, years.toSorted().reverse())
  await choice(page, 'Newest').click()
  await pause(page, 300)
  const dates = (await seen(page)).answers.at(-1).hits.map(({ date }) => date)
  assert.deepEqual(dates, dates.toSorted().reverse())
  await page.evaluate(() => document.querySelector('sakuin-search').setAttribute('filters', ''))
  await search(page, '日本')
  await pause(page, 300)
  assert.equal(await page.locator('[part=filter]').count(), 0)
})

/** Gives the client an engine that completes, and that knows what was meant. */
async function completing(page) {
  await page.route('**/sakuin/index.js', route =>
    route.fulfill({
      contentType: 'text/javascript',
      body: `export * from './index.js?real'
        import { open as openReal } from './index.js?real'
        export async function open(...given) {
          const search = await openReal(...given)
          const query = search.query.bind(search)
          search.query = async (text, options) => {
            const answer = await query(text, options)
            window.order?.push('answered ' + text)
            return { ...answer, suggestion: answer.total === 0 ? '全文検索' : null }
          }
          search.suggest = async prefix => {
            window.order?.push('suggested ' + prefix)
            return [{ text: prefix, posts: 9 }, { text: prefix + 'エンジン', posts: 4 }, { text: prefix + '<b>語</b>', posts: 1 }]
          }
          return search
        }`,
    }),
  )
}

inBrowser('suggestions complete what is typed, without moving the first hit', async page => {
  await completing(page)
  await visit(page)
  await search(page, '検索')
  await page.locator('[part=suggestion]').first().waitFor()
  assert.deepEqual(await page.locator('[part=suggestion]').allTextContents(), ['検索エンジン', '検索<b>語</b>'])
  await page.keyboard.press('ArrowDown')
  assert.equal(await active(page), 'hit-0')
  await page.getByRole('button', { name: '検索エンジン' }).click()
  await pause(page, 300)
  assert.equal(await field(page).inputValue(), '検索エンジン')
  assert.equal((await seen(page)).answers.at(-1).query, '検索エンジン')
  assert.ok(await field(page).evaluate(input => input.matches(':focus')))
})

inBrowser('what is suggested is asked for with the query, and is there when the answer is painted', async page => {
  await completing(page)
  await visit(page)
  await search(page, '検索')
  await page.locator('[part=suggestion]').first().waitFor()
  await page.evaluate(() => {
    window.order = []
    const { shadowRoot } = document.querySelector('sakuin-search')
    const chips = [...shadowRoot.querySelectorAll('[part=suggestion]')]
    document.addEventListener('sakuin-results', () =>
      requestAnimationFrame(() => {
        const now = [...shadowRoot.querySelectorAll('[part=suggestion]')]
        window.painted = now.map((chip, at) => (chip === chips[at] ? chip.textContent : 'another'))
      }),
    )
  })
  await search(page, '全文')
  await page.waitForFunction(() => window.painted)
  assert.deepEqual(await page.evaluate(() => window.order), ['suggested 全文', 'answered 全文'])
  assert.deepEqual(await page.evaluate(() => window.painted), ['全文エンジン', '全文<b>語</b>'])
})

inBrowser('where nothing is found, what may have been meant is offered, and said', async page => {
  await completing(page)
  await visit(page)
  await search(page, 'zzqqxx', 'empty')
  const meant = page.getByRole('button', { name: 'もしかして：全文検索' })
  await meant.waitFor()
  await pause(page, 1000)
  const live = page.locator('[role=status].quiet')
  assert.equal(await live.textContent(), '「zzqqxx」に一致する記事はありません もしかして：全文検索')
  await meant.click()
  await untilState(page, 'results')
  assert.match((await titles(page))[0], /全文検索/)
})

const RECENT = ELEMENT.replace('>', ' recent="2">')

inBrowser('earlier searches are kept where the author asks for it, offered, and forgotten', async page => {
  await visit(page, RECENT)
  for (const text of ['wasm', 'トマト', 'bm25']) {
    await search(page, text)
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.locator('[part=reader][open] [part=body][aria-busy=false]').waitFor()
    await page.keyboard.press('Escape')
    await page.locator('[part=reader][open]').waitFor({ state: 'detached' })
  }
  await visit(page, RECENT)
  await field(page).focus()
  const recents = page.locator('[part=recent]')
  await recents.first().waitFor()
  assert.deepEqual(await recents.allTextContents(), ['bm25', 'トマト'])
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  assert.equal(await active(page), 'recent-1')
  await page.keyboard.press('Enter')
  await untilState(page, 'results')
  assert.equal(await field(page).inputValue(), 'トマト')
  assert.match((await titles(page))[0], /トマト/)
  await search(page, '', 'idle')
  await recents.first().waitFor()
  await page.getByRole('button', { name: '検索履歴を消す' }).click()
  await recents.first().waitFor({ state: 'detached' })
  assert.equal(await page.evaluate(() => localStorage.length), 0)
})

inBrowser('nothing is kept by itself', async page => {
  await visit(page)
  await search(page, 'wasm')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.locator('[part=reader][open] [part=body][aria-busy=false]').waitFor()
  assert.deepEqual(await page.evaluate(() => [localStorage.length, sessionStorage.length]), [0, 0])
})

inBrowser('what another script left in the storage is no search', async page => {
  await page.addInitScript(() => location.origin === 'null' || localStorage.setItem('sakuin-recent:/search/', '[1, {"a": 2}, "全文検索", null]'))
  await visit(page, RECENT)
  await field(page).focus()
  await page.locator('[part=recent]').first().waitFor()
  assert.deepEqual(await page.locator('[part=recent]').allTextContents(), ['全文検索'])
  await page.evaluate(() => localStorage.setItem('sakuin-recent:/search/', '{'))
  await field(page).blur()
  await field(page).focus()
  await page.locator('[part=recent]').first().waitFor({ state: 'detached' })
})

const NAVIGATE = ELEMENT.replace('>', ' open="navigate">')

/** The words that the page marks. */
const marks = page =>
  page.evaluate(() => [...(CSS.highlights.get('sakuin-arrival') ?? [])].map(range => range.toString().toLowerCase()))

inBrowser('the page that a hit leads to marks its words, and shows the first; Escape clears', async page => {
  await visit(page, NAVIGATE)
  await search(page, '倒立 索引')
  await page.locator('[part=filter]').waitFor() // what helps has come
  const link = page.locator('[part=option]').first()
  const href = await link.getAttribute('href')
  assert.ok(!href.includes('#'))
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.waitForURL(url => url.href.startsWith(href))
  await page.waitForFunction(() => CSS.highlights.has('sakuin-arrival'))
  assert.ok((await marks(page)).includes('索引'))
  await page.locator('main').focus().catch(() => {})
  await page.keyboard.press('Escape')
  assert.deepEqual(await marks(page), [])
  await page.reload()
  await page.waitForFunction(() => customElements.get('sakuin-search'))
  await pause(page, 200)
  assert.deepEqual(await marks(page), [], 'once')
})

inBrowser('a hit leads to its words by a text fragment, of whole words', async page => {
  await visit(page, NAVIGATE)
  // Noted before the browser follows it, in a page that stays.
  await page.evaluate(() => {
    window.followed = []
    document.addEventListener('click', event => {
      const link = event.composedPath().find(({ href }) => href)
      window.followed.push(link.href)
      event.preventDefault()
    })
  })
  for (const [query, expected] of [['satura', /:~:text=(value\.)?saturat\w+$/i], ['全文検', /:~:text=(全文)?検索$/]]) {
    await search(page, query)
    await page.locator('[part=filter]').waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    const followed = decodeURIComponent(await page.evaluate(() => window.followed.at(-1)))
    assert.match(followed, expected)
  }
  await pause(page)
  const hrefs = await page.locator('[role=option]').evaluateAll(links => links.map(({ href }) => href))
  assert.ok(hrefs.every(href => !href.includes(':~:')), 'who copies the address gets the post’s')
})

inBrowser('without the script that helps, the box searches and reads', async page => {
  await page.route('**/assist.js', route => route.abort())
  await visit(page, RECENT)
  await search(page, '全文検索')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.locator('[part=reader][open] [part=body][aria-busy=false]').waitFor()
  assert.equal(await page.locator('[part=filter]').count(), 0)
})

inBrowser('the author’s form is taken over with its text and the focus, and is submitted by Enter', async page => {
  const form = '<form action="/archive/"><input name="q" aria-label="検索" value="全文"></form>'
  await page.route('**/element.js', async route => {
    await new Promise(done => setTimeout(done, 400))
    await route.continue()
  })
  const opened = visit(page, `<sakuin-search src="/search/">${form}</sakuin-search>`)
  await page.locator('form input').focus()
  await page.keyboard.press('End')
  await page.keyboard.insertText('検索')
  await opened
  assert.ok(await field(page).evaluate(input => input.matches(':focus')))
  assert.equal(await field(page).inputValue(), '全文検索')
  await untilState(page, 'results')
  await page.keyboard.insertText('。')
  assert.equal(await field(page).inputValue(), '全文検索。', 'the caret stays where it was')
  await page.keyboard.press('Backspace')
  await page.keyboard.press('Enter')
  await page.waitForURL('**/archive/?q=*')
  assert.equal(new URL(page.url()).searchParams.get('q'), '全文検索')
})

inBrowser('the same text, pasted again after the field was emptied by its button, is searched', async page => {
  await visit(page)
  await search(page, '全文検索')
  await page.locator('[part=clear]').click()
  await untilState(page, 'idle')
  await page.keyboard.insertText('全文検索')
  await untilState(page, 'results')
})

inBrowser('words that are set again as they were leave the list alone', async page => {
  await visit(page)
  const setWords = placeholder => page.locator('sakuin-search').evaluate((box, placeholder) => (box.strings = { placeholder }), placeholder)
  await setWords('探す')
  await search(page, '検索')
  const option = await page.locator('[role=option]').first().elementHandle()
  await setWords('探す')
  assert.ok(await option.evaluate(option => option.isConnected))
  await setWords('さがす')
  assert.equal(await field(page).getAttribute('placeholder'), 'さがす')
})
