// A post opened in place: where it opens, what it does to the history, and that no post, however
// hostile, brings anything to life in the page.

import assert from 'node:assert/strict'
import { demo, field, inBrowser, pause, search, seen, titles, visit } from './harness.mjs'

const reader = page => page.locator('[part=reader][open]')
const rendered = page => reader(page).locator('[part=body][aria-busy=false]').waitFor()

inBrowser('a section of a hit opens the post at its heading', async page => {
  await page.goto(demo)
  await search(page, '全文検索')
  const sections = page.locator('[part=section]')
  for (let at = 0; at < Math.min(4, await sections.count()); at++) {
    const section = sections.nth(at)
    const [heading, anchor, href] = await Promise.all([
      section.locator('[part=heading]').textContent(),
      section.getAttribute('data-anchor'),
      section.getAttribute('href'),
    ])
    assert.equal(decodeURIComponent(href.split('#')[1]), anchor)
    await section.click()
    await rendered(page)
    const target = reader(page).locator(`[id="post-${anchor}"]`)
    assert.equal(await target.textContent(), heading)
    const { y } = await target.boundingBox()
    const scrolled = await page.locator('.scroller').evaluate(box => box.scrollTop + box.clientHeight >= box.scrollHeight - 2)
    assert.ok(y < 200 || scrolled, `${heading} at ${y}`)
    await page.goBack()
    await reader(page).waitFor({ state: 'detached' })
  }
})

inBrowser('below a post stand those that are related to it, and open in its place', async page => {
  await page.goto(demo)
  await search(page, '日本語入力の歴史')
  await page.locator('[part=option]').first().click()
  await rendered(page)
  const links = reader(page).locator('[part=related] a')
  await links.first().waitFor()
  assert.ok((await links.count()) <= 5)
  const heading = reader(page).locator('#post-heading')
  const [before, title] = [await heading.textContent(), await links.first().textContent()]
  assert.notEqual(before, title)
  await links.first().click()
  await page.waitForFunction(title => document.querySelector('sakuin-search')?.shadowRoot.querySelector('#post-heading')?.textContent === title, title)
  await rendered(page)
  await page.goBack()
  await reader(page).waitFor({ state: 'detached' })
})

inBrowser('a section’s anchor is one of the post’s own page', async page => {
  await page.goto(demo)
  await search(page, '検索')
  const links = await page.locator('[part=section]').evaluateAll(sections => sections.map(({ href }) => href))
  assert.ok(links.length > 5)
  for (const link of links) {
    const missing = await page.evaluate(async link => {
      const [url, hash] = link.split('#')
      const html = await (await fetch(url)).text()
      const ids = [...html.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id)
      return ids.includes(decodeURIComponent(hash)) ? '' : `${link} of ${ids.join()}`
    }, link)
    assert.equal(missing, '')
  }
})

inBrowser('no snippet is shown twice', async page => {
  await page.goto(demo)
  for (const query of ['全文検索', '検索', 'wasm', 'bicycle']) {
    await search(page, query)
    const snippets = await page.locator('[part=snippet]').allTextContents()
    assert.deepEqual(snippets.filter((text, at) => text && snippets.indexOf(text) !== at), [], query)
  }
})

inBrowser('Back closes the post, Forward and a reload open it again', async page => {
  await page.goto(demo)
  await search(page, '全文検索')
  const address = page.url()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await rendered(page)
  assert.equal(page.url(), address)
  const title = await reader(page).locator('h1').textContent()
  await page.goBack()
  await reader(page).waitFor({ state: 'detached' })
  await page.goForward()
  await rendered(page)
  assert.equal(await reader(page).locator('h1').textContent(), title)
  await page.reload()
  await rendered(page)
  assert.equal(await reader(page).locator('h1').textContent(), title)
  await page.keyboard.press('Escape')
  await reader(page).waitFor({ state: 'detached' })
})

inBrowser('next and previous go through the hits', async page => {
  await page.goto(demo)
  await search(page, '検索')
  const hits = await titles(page)
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await rendered(page)
  assert.ok(await reader(page).locator('[part=previous]').isDisabled())
  await reader(page).locator('[part=next]').click()
  await rendered(page)
  assert.equal(await reader(page).locator('h1').textContent(), hits[1])
  assert.match(await reader(page).locator('[part=position]').innerText(), new RegExp(`${hits.length}件中2件目`))
})

inBrowser('a post that is gone says so, and the search goes on', async page => {
  await page.goto(demo)
  const src = new URL('/search/', demo).href
  await page.evaluate(src => history.pushState({ sakuin: { src, id: 'gone.md' } }, ''), src)
  await page.reload()
  await reader(page).getByRole('alert').waitFor()
  await page.keyboard.press('Escape')
  await reader(page).waitFor({ state: 'detached' })
  await search(page, '全文検索')
})

inBrowser('where posts open on their own page, Enter leads there', async page => {
  await visit(page, '<sakuin-search src="/search/" open="navigate"></sakuin-search>')
  await search(page, '全文検索')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/zenbun-kensaku\/(#|$)/)
})

inBrowser('a click with Ctrl opens the post’s own page in a new tab', async page => {
  await visit(page)
  await search(page, '全文検索')
  const opened = page.context().waitForEvent('page')
  await page.locator('[role=option]').first().click({ modifiers: ['Control'] })
  assert.match((await opened).url(), /zenbun-kensaku|about:blank/)
  assert.equal(await reader(page).count(), 0)
})

/** Opens what `query` finds first. */
async function read(page, query) {
  await search(page, query)
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await rendered(page)
}

inBrowser('the matches within a post are gone through, round the ends, and told', async page => {
  await page.goto(demo)
  await read(page, 'キャッシュ HTTP')
  const count = reader(page).locator('[part=match-count]')
  const total = Number(await count.innerText())
  assert.ok(total > 5)
  const current = () =>
    page.evaluate(() => {
      const [range] = CSS.highlights.get('sakuin-current')
      return [range.toString(), range.getBoundingClientRect().top]
    })
  const seenTops = []
  for (let at = 1; at <= total; at++) {
    await reader(page).locator('[part=next-match]').click()
    assert.equal(await count.innerText(), `${at} / ${total}`)
    const [text, top] = await current()
    assert.match(text, /キャッシュ|HTTP/i)
    assert.ok(top > 52 && top < 800, `match ${at} at ${top}`)
    seenTops.push(top)
  }
  await reader(page).locator('[part=next-match]').click()
  assert.equal(await count.innerText(), `1 / ${total}`)
  await reader(page).locator('[part=previous-match]').press('Enter')
  assert.equal(await count.innerText(), `${total} / ${total}`)
  assert.match(await reader(page).locator('[part=notice]').textContent(), new RegExp(`^${total} / ${total}: .*(キャッシュ|HTTP)`, 'i'))
})

inBrowser('a post that no words were looked for in has no matches to go through', async page => {
  await page.goto(demo)
  const src = new URL('/search/', demo).href
  await page.evaluate(src => history.pushState({ sakuin: { src, id: 'posts/ja/coffee.md' } }, ''), src)
  await page.reload()
  await rendered(page)
  assert.ok(await reader(page).locator('[part=matches]').isHidden())
})

const COPYING = { permissions: ['clipboard-read', 'clipboard-write'] }

inBrowser(
  'each block of code is copied by its button, from the keyboard too',
  async page => {
    await page.goto(demo)
    await read(page, 'キャッシュ HTTP')
    const codes = await reader(page).locator('pre').allTextContents()
    const buttons = reader(page).getByRole('button', { name: 'コードをコピー' })
    assert.equal(await buttons.count(), codes.length)
    await buttons.nth(1).press('Enter')
    await reader(page).locator('[part=notice]').getByText('コピーしました').waitFor()
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), codes[1].replace(/\n$/, ''))
  },
  COPYING,
)

inBrowser(
  'sharing copies the post’s own address where there is no sheet for it',
  async page => {
    await page.goto(demo)
    await read(page, 'キャッシュ HTTP')
    await reader(page).locator('[part=share]').click()
    await reader(page).locator('[part=notice]').getByText('リンクをコピーしました').waitFor()
    const original = await reader(page).locator('[part=original]').getAttribute('href')
    assert.equal(original, new URL('/posts/ja/http-cache/', demo).href)
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), original)
  },
  COPYING,
)

inBrowser('where the clipboard is refused, the address is shown', async page => {
  await page.addInitScript(() => {
    navigator.clipboard.writeText = () => Promise.reject(new DOMException('no', 'NotAllowedError'))
  })
  await page.goto(demo)
  await read(page, 'キャッシュ HTTP')
  await reader(page).locator('[part=share]').click()
  await reader(page).locator('[part=notice]').getByText('/posts/ja/http-cache/').waitFor()
})

inBrowser('sharing goes through the system’s sheet where there is one', async page => {
  await page.addInitScript(() => {
    navigator.share = async data => void (window.shared = data)
  })
  await page.goto(demo)
  await read(page, 'キャッシュ HTTP')
  await reader(page).locator('[part=share]').click()
  const url = new URL('/posts/ja/http-cache/', demo).href
  assert.deepEqual(await page.evaluate(() => window.shared), { title: 'HTTPキャッシュを正しく効かせる', url })
})

inBrowser('the post alone is printed, all of it, and without it the page', async page => {
  await page.goto(demo)
  const pages = async () => {
    const pdf = (await page.pdf({ format: 'A4' })).toString('latin1')
    return Number(/\/Count (\d+)/.exec(pdf)[1])
  }
  const shown = () =>
    page.evaluate(() =>
      [...document.querySelectorAll('body *')].filter(element => element.checkVisibility() && element.getClientRects().length > 0).map(({ localName }) => localName),
    )
  await read(page, 'キャッシュ HTTP')
  await page.emulateMedia({ media: 'print' })
  // What holds the element stays, and shows nothing else.
  assert.deepEqual((await shown()).filter(name => !['header', 'sakuin-search'].includes(name)), [])
  assert.ok(await reader(page).locator('h1').isVisible())
  assert.ok(await reader(page).locator('[part=bar]').isHidden())
  const { scrollHeight } = await page.evaluate(() => ({ scrollHeight: document.documentElement.scrollHeight }))
  assert.ok(scrollHeight > 2000, `the page is ${scrollHeight} high`)
  assert.ok((await pages()) >= 3)
  await page.emulateMedia({ media: null })
  await page.keyboard.press('Escape')
  await reader(page).waitFor({ state: 'detached' })
  await page.emulateMedia({ media: 'print' })
  assert.ok((await shown()).includes('main'))
})

for (const mode of ['inline', 'dialog']) {
  inBrowser(`the focus goes into the post, and back to where it was, ${mode}`, async page => {
    await visit(page, `<sakuin-search src="/search/" mode="${mode}"></sakuin-search>`)
    if (mode === 'dialog') await page.locator('[part=trigger]').click()
    await read(page, '全文検索')
    assert.equal(await page.evaluate(() => document.querySelector('sakuin-search').shadowRoot.activeElement.id), 'post-heading')
    // Tab stays within the reader.
    for (let presses = 0; presses < 8; presses++) {
      await page.keyboard.press('Tab')
      assert.ok(await reader(page).locator(':focus').count() || (await page.evaluate(() => document.activeElement === document.body)))
    }
    await page.keyboard.press('Escape')
    await reader(page).waitFor({ state: 'detached' })
    assert.equal(await page.evaluate(() => document.querySelector('sakuin-search').shadowRoot.activeElement.part[0]), 'input')
  })
}

inBrowser('pictures load when they come near, and one that fails says what it would show', async page => {
  await page.route('**/images/ja-http-cache.svg', route => route.abort())
  await page.goto(demo)
  await read(page, 'キャッシュ HTTP')
  await reader(page).locator('[part=missing-image]').waitFor()
  assert.match(await reader(page).locator('[part=missing-image]').innerText(), /^ブラウザ、CDN.*画像を読み込めません/)
  const lazy = await reader(page).locator('img').evaluateAll(images => images.every(({ loading }) => loading === 'lazy'))
  assert.ok(lazy)
})

/** Posts of one who wishes the reader ill; each sets `pwned` where it comes to life. */
const hostile = [
  '<script>pwned = 1</script>',
  '<img src=x onerror="pwned = 1">',
  '<svg onload="pwned = 1"><animate onbegin="pwned = 1" attributeName="x" dur="1s"></svg>',
  '<iframe srcdoc="<script>parent.pwned = 1</script>"></iframe>',
  '<iframe src="javascript:parent.pwned = 1"></iframe>',
  '<object data="javascript:pwned = 1"></object><embed src="javascript:pwned = 1">',
  '[link](javascript:pwned=1) [link](JaVaScRiPt:pwned=1) [link](java&#115;cript:pwned=1) [link](&#1;javascript:pwned=1)',
  '<a href="java\tscript:pwned = 1">tab</a> <a href=" javascript:pwned = 1">space</a>',
  '<javascript:pwned=1> [x]: javascript:pwned=1\n\n[x]',
  '![image](javascript:pwned=1 "x" onerror="pwned=1") ![x](x"onerror="pwned=1)',
  '# Heading {onclick="pwned = 1" style="position: fixed"}\n\n## Heading {#body} {#forms}',
  '<details open ontoggle="pwned = 1"><summary>x</summary></details>',
  '<form action="javascript:pwned = 1"><input autofocus onfocus="pwned = 1"><button formaction="javascript:pwned = 1">x</button></form>',
  '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=pwned=1&gt;">',
  '<noscript><p title="</noscript><img src=x onerror=pwned=1>"></noscript>',
  '<style>@import "javascript:pwned = 1"; * { background: url(x) }</style><link rel=stylesheet href=x><base href="//evil.example/">',
  '<meta http-equiv="refresh" content="0;url=javascript:pwned=1">',
  '{{< figure src="javascript:pwned=1" onerror="pwned=1" link="javascript:pwned=1" title="<img src=x onerror=pwned=1>" >}}',
  '{{< youtube "\"><script>pwned=1</script>" >}} {{< gist "javascript:pwned=1" >}}',
  '```js"><script>pwned=1</script>\n</code></pre><script>pwned=1</script>\n```',
  '| <img src=x onerror=pwned=1> | `<script>pwned=1</script>` |\n|--|--|\n| <b onclick=pwned=1>x</b> | [x](data:text/html,<script>pwned=1</script>) |',
  '[^a]\n\n[^a]: <img src=x onerror=pwned=1>\n\n$<img src=x onerror=pwned=1>$',
  '<ruby onmouseover="pwned=1">漢字<rt><img src=x onerror=pwned=1></rt></ruby>',
  '<a id="body" name="cookie" href="vbscript:pwned" target="_blank" style="position:fixed;inset:0">x</a>',
]

for (const csp of [undefined, "require-trusted-types-for 'script'; trusted-types sakuin"]) {
  inBrowser(`no hostile post comes to life ${csp ? 'under Trusted Types' : 'without any policy'}`, async page => {
    await visit(page, '<div id="post"></div>', {
      csp,
      head: '<script type="module" src="/sakuin/element.js"></script><script type="module" src="/sakuin/render.js"></script>',
    })
    const found = await page.evaluate(async posts => {
      const { render } = await import('/sakuin/render.js')
      const element = document.querySelector('#post')
      const found = []
      for (const markdown of posts) {
        await render({ markdown, url: '/posts/x/' }, element)
        await new Promise(done => setTimeout(done, 20))
        for (const node of element.querySelectorAll('*')) {
          const { localName, namespaceURI } = node
          const strange = /^(script|style|iframe|object|embed|form|button|svg|math|link|meta|base|noscript|template)$/
          if (strange.test(localName) || !namespaceURI.endsWith('/xhtml')) found.push(`<${localName}> of ${markdown}`)
          for (const { name, value } of node.attributes) {
            const address = ['href', 'src', 'cite'].includes(name) && new URL(value, document.baseURI).protocol
            const bad = /^on|^style$|^srcdoc$|^form|^action$|^name$/.test(name)
            if (bad || (address && !/^(https?|mailto|tel):$/.test(address))) {
              found.push(`${localName} ${name}=${value} of ${markdown}`)
            }
            if (name === 'id' && !value.startsWith('post-')) found.push(`id ${value}`)
          }
          if (localName !== 'a') node.click?.()
          node.dispatchEvent(new Event('mouseover'))
        }
      }
      await new Promise(done => setTimeout(done, 300))
      if ('pwned' in window) found.push('a script ran')
      return found
    }, hostile)
    assert.deepEqual(found, [])
    assert.deepEqual((await seen(page)).violations, [])
  })
}

inBrowser('a post that is too long to be shown whole says so, where it was cut', async page => {
  await visit(page)
  const found = await page.evaluate(async () => {
    const { Article, readerStringsFor } = await import('/sakuin/reader.js')
    const article = new Article({ strings: readerStringsFor('ja'), lang: 'ja', say() {} })
    const post = { title: '題', url: '/long/', tags: [], markdown: '*あ*\n'.repeat(120_000) }
    await article.show(post)
    return [...article.body.querySelectorAll('.cut')].map(cut => [cut.textContent, cut === article.body.lastChild])
  })
  assert.deepEqual(found, [['… 長い記事のため、表示はここまでです。続きは元のページで読めます。', true]])
})

inBrowser('a renderer that stops is made anew, and a second stop is told', async page => {
  await visit(page, '<div id="post"></div>')
  const outcome = await page.evaluate(async () => {
    const { render } = await import('/sakuin/render.js')
    const element = document.querySelector('#post')
    const post = { markdown: '# 題\n\n本文', url: '/x/' }
    await render(post, element)
    const { createElement } = Document.prototype
    let stops = 1
    Document.prototype.createElement = function (...names) {
      if (stops-- > 0) throw new Error('stop')
      return createElement.apply(this, names)
    }
    await render(post, element)
    const once = element.textContent
    stops = 2
    const twice = await render(post, element).catch(({ code }) => code)
    await render(post, element)
    return [once.trim(), twice, element.textContent.trim()]
  })
  assert.deepEqual(outcome, ['題本文', 'broken', '題本文'])
})
