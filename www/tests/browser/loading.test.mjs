// What stands between a page and its index: slow lines, wrong files, odd places.

import assert from 'node:assert/strict'
import { active, demo, field, inBrowser, pause, search, seen, status, titles, untilState, visit } from './harness.mjs'

/** Passes the response to `url` through `change`, which may return another status or body. */
function alter(page, url, change) {
  return page.route(url, async route => {
    const response = await route.fetch()
    // What an intermediary garbles keeps its type and length no better.
    const { 'content-type': type } = response.headers()
    await route.fulfill({ headers: { 'content-type': type }, ...change(await response.body()) })
  })
}

/** Collects what is said on the console. */
function listen(page) {
  const said = []
  page.on('console', message => message.text().startsWith('sakuin') && said.push(message.text()))
  return said
}

const SHARDS = '**/search/*.skn'
const MANIFEST = '**/search/sakuin.manifest'

inBrowser('wasm served under another type is compiled all the same', async page => {
  for (const type of ['text/plain', 'application/octet-stream', '']) {
    await page.route('**/*.wasm', async route => {
      const response = await route.fetch()
      await route.fulfill({ body: await response.body(), headers: { 'content-type': type } })
    })
    await visit(page)
    await search(page, '全文検索')
    await page.unrouteAll()
  }
})

inBrowser('an answer that takes its time is seen to be waited for, one that comes soon is not', async page => {
  let go = () => {}
  const held = new Promise(done => (go = done))
  await page.route(MANIFEST, async route => {
    await held
    await route.continue()
  })
  await visit(page)
  const line = () =>
    page.locator('[part=box]').evaluate(box => getComputedStyle(box, '::after').content !== 'none')
  await search(page, '全文', 'loading')
  await page.locator('.slow').waitFor({ state: 'attached' })
  assert.ok(await line())
  go()
  await untilState(page, 'results')
  assert.equal(await line(), false)
  // Read while the next answer is waited for.
  const early = await page.evaluate(() => {
    const host = document.querySelector('sakuin-search')
    const input = host.shadowRoot.querySelector('[part=input]')
    input.value = '全文検索'
    input.dispatchEvent(new InputEvent('input'))
    return { state: host.dataset.state, slow: host.shadowRoot.querySelector('.slow') !== null }
  })
  assert.deepEqual(early, { state: 'loading', slow: false })
})

inBrowser('on a slow line, the last query wins and the stale ones are not shown', async page => {
  let go = () => {}
  const held = new Promise(done => (go = done))
  for (const files of [SHARDS, MANIFEST]) await page.route(files, route => held.then(() => route.continue()))
  await visit(page)
  await field(page).focus()
  for (const text of ['rust', 'wasm', 'コーヒー', '全文検索']) {
    await field(page).selectText()
    await page.keyboard.insertText(text)
    await pause(page, 60)
    assert.equal(await page.locator('sakuin-search').getAttribute('data-state'), 'loading')
  }
  go()
  await untilState(page, 'results')
  await pause(page, 800)
  const { answers } = await seen(page)
  assert.deepEqual(answers.map(({ query }) => query), ['全文検索'])
  assert.match((await titles(page))[0], /全文検索/)
})

inBrowser('what was found stays in view while the next answer is on its way', async page => {
  await visit(page)
  await search(page, '全文検索')
  const before = await titles(page)
  await page.route(SHARDS, async route => {
    await new Promise(done => setTimeout(done, 400))
    await route.continue()
  })
  await field(page).selectText()
  await page.keyboard.insertText('bicycle')
  await untilState(page, 'loading')
  assert.deepEqual(await titles(page), before)
  assert.ok(await page.locator('[part=panel]').isVisible())
  await untilState(page, 'results')
  assert.notDeepEqual(await titles(page), before)
})

const faults = {
  'missing': () => ({ status: 404 }),
  'an HTML page': () => ({ body: '<!doctype html><title>404</title>', headers: { 'content-type': 'text/html' } }),
  'empty': () => ({ body: '' }),
  'cut short': body => ({ body: body.subarray(0, body.length - 1) }),
  'cut in half': body => ({ body: body.subarray(0, body.length / 2) }),
  'flipped in a bit': body => {
    body[body.length >> 1] ^= 4
    return { body }
  },
  'longer than announced': body => ({ body: Buffer.concat([body, Buffer.alloc(1 << 20)]) }),
  'another post’s': () => ({ body: Buffer.from('gvfsrqnkwz') }),
}
for (const [what, change] of Object.entries(faults)) {
  inBrowser(`a shard that is ${what} is refused in words, and retried`, async page => {
    const said = listen(page)
    await alter(page, SHARDS, change)
    await visit(page)
    await search(page, '全文検索', 'broken')
    assert.equal(await page.locator('[role=option]').count(), 0)
    assert.match(await status(page), /検索用のデータを読み込めません/)
    assert.equal(said.filter(text => /^sakuin: broken: /.test(text)).length, 1, said.join('\n'))
    await page.unroute(SHARDS)
    await page.locator('[part=retry]').click()
    await untilState(page, 'results')
    assert.match((await titles(page))[0], /全文検索/)
  })
}

const manifests = {
  'missing': [() => ({ status: 404 }), 'broken'],
  'an HTML page': [() => ({ body: '<!doctype html><title>Not found</title>' }), 'broken'],
  'empty': [() => ({ body: '' }), 'broken'],
  'cut short': [body => ({ body: body.subarray(0, body.length - 7) }), 'broken'],
  'flipped in a bit': [body => ((body[body.length - 90] ^= 1), { body }), 'broken'],
  'of another version': [body => ((body[6] += 1), { body }), 'version'],
  'not to be had': [() => ({ status: 503 }), 'offline'],
}
for (const [what, [change, state]] of Object.entries(manifests)) {
  inBrowser(`a manifest that is ${what} gives the state ${state}, with what to do`, async page => {
    const said = listen(page)
    await alter(page, MANIFEST, change)
    await visit(page)
    await search(page, '全文検索', state)
    assert.ok((await status(page)).length > 20)
    assert.ok(await page.locator('[part=retry]').isVisible())
    assert.equal(said.length, 1, said.join('\n'))
    await page.unroute(MANIFEST)
    await page.locator('[part=retry]').click()
    // After an update of the index, the page is loaded anew.
    if (state === 'version') await page.waitForEvent('load')
    else await untilState(page, 'results')
  })
}

inBrowser('a script and a module of two versions say so', async page => {
  const EMPTY_MODULE = Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0])
  await page.route('**/search.wasm', route =>
    route.fulfill({ body: EMPTY_MODULE, headers: { 'content-type': 'application/wasm' } }),
  )
  await visit(page)
  await search(page, '全文検索', 'version')
})

inBrowser('a module that is no module is broken, not blocked', async page => {
  await page.route('**/search.wasm', route => route.fulfill({ body: '<html>', contentType: 'text/html' }))
  await visit(page)
  await search(page, '全文検索', 'broken')
})

inBrowser('a worker that can’t be loaded gives way to the page', async page => {
  let asked = 0
  await page.route('**/worker.js', route => (asked++ === 0 ? route.abort() : route.continue()))
  await visit(page)
  await search(page, '全文検索')
  assert.ok(asked >= 1)
})

inBrowser('storage that throws is no hindrance', async page => {
  await page.addInitScript(() => {
    for (const name of ['localStorage', 'sessionStorage', 'indexedDB', 'caches']) {
      Object.defineProperty(window, name, {
        get() {
          throw new DOMException('refused', 'SecurityError')
        },
      })
    }
  })
  await visit(page)
  await search(page, '全文検索')
})

const places = {
  'below a path that isn’t Latin': ['/ブログ/記事/', '<sakuin-search src="../search/"></sakuin-search>', ''],
  'with a `<base>`': ['/elsewhere/', '<sakuin-search src="search/"></sakuin-search>', '<base href="/ブログ/">'],
  'in the index folder itself': ['/ブログ/', '<sakuin-search></sakuin-search>', '', 'search'],
}
for (const [what, [path, body, base, scripts = 'sakuin']] of Object.entries(places)) {
  inBrowser(`a site ${what} is searched`, async page => {
    const below = encodeURI('/ブログ/')
    await page.route(`**${below}{search,sakuin}/**`, async route => {
      const url = route.request().url().replace(below, '/')
      await route.fulfill({ response: await route.fetch({ url }) })
    })
    const head = `${base}<script type="module" src="/ブログ/${scripts}/element.js"></script>`
    await visit(page, body, { path: encodeURI(path), head })
    await search(page, '全文検索')
    await page.keyboard.press('ArrowDown')
    assert.ok(await active(page))
    await page.keyboard.press('Enter')
    await page.locator('[part=reader] [part=body] h2').first().waitFor()
  })
}

inBrowser('a `src` of another origin that shares nothing is blocked, not offline', async page => {
  const other = new URL('/search/', demo)
  other.hostname = 'localhost'
  await page.goto(demo)
  const said = listen(page)
  await page.locator('sakuin-search').evaluate((host, src) => host.setAttribute('src', src), other.href)
  await search(page, '全文検索', 'blocked')
  assert.match(await status(page), /このページの設定により、検索を利用できません.*運営者/s)
  await search(page, 'wasm', 'blocked')
  assert.equal(said.length, 1, said.join('\n'))
  assert.match(said[0], /^sakuin: blocked: .*Access-Control-Allow-Origin/)
})

inBrowser('hostile titles and addresses in an index are text, and no links', async page => {
  await page.route('**/sakuin/index.js', route =>
    route.fulfill({
      contentType: 'text/javascript',
      body: `export * from './index.js?real'
        const evil = '<img src=x onerror="window.pwned = 1"><script>window.pwned = 1</script>'
        const snippet = [{ text: evil, matched: true }]
        const urls = ['javascript:window.pwned = 1', ' java\\nscript:window.pwned = 1', 'data:text/html,' + evil, 'https://[', 'vbscript:x']
        const hits = urls.map(url => ({
          id: evil + url, url, title: evil, date: evil, tags: [evil], score: 1, tier: 0, snippet,
          sections: [{ heading: evil, anchor: '"><script>', snippet }],
        }))
        const answer = { hits, total: hits.length, exact: true, complete: true, tier: 0, facets: {}, suggestion: evil }
        export const open = async () => ({ query: async () => answer, suggest: async () => [{ text: evil, posts: 1 }], close() {} })`,
    }),
  )
  await visit(page, '<sakuin-search src="/search/" open="navigate"></sakuin-search>')
  await search(page, '全文検索')
  await page.locator('[part=suggestion]').first().waitFor()
  assert.equal(await page.locator('[part=title]').count(), 5)
  const inside = page.locator('[part=panel]').locator('img, script, iframe, [onerror]')
  assert.equal(await inside.count(), 0)
  const hrefs = await page.locator('[role=option]').evaluateAll(options => options.map(option => option.getAttribute('href')))
  assert.deepEqual([...new Set(hrefs)], [null])
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await pause(page)
  assert.equal(await page.evaluate(() => window.pwned), undefined)
  assert.equal(new URL(page.url()).pathname, '/test/')
})
