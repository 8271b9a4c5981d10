// The renderer of the browser against the native one, and against every attack.
//
// The demo's server has in `/test/` what `tests/support/pages.rs` wrote.

import assert from 'node:assert/strict'
import { demo, inBrowser, search, seen, visit } from './harness.mjs'

/** Pages side by side that share the work. */
const SHARES = 2

/** Opens a page with nothing of ours but the renderer, as often as shares go. */
async function open(page, { headers = {}, body = '<div id="box"></div>' } = {}) {
  const pages = [page]
  while (pages.length < SHARES) pages.push(await page.context().newPage())
  for (const page of pages) {
    await page.route(new URL('/test/rendering.mjs', demo).href, route =>
      route.fulfill({ path: new URL('rendering.mjs', import.meta.url).pathname, contentType: 'text/javascript' }),
    )
    await visit(page, body, { headers, path: '/test/render/' })
  }
  return pages
}

/** Calls `work` of `rendering.mjs` on a served file, in each of the pages with its share. */
function share(pages, work, file, options) {
  const of = (page, share) =>
    page.evaluate(
      async ([work, file, share, options]) => (await import('/test/rendering.mjs'))[work](file, share, options),
      [work, file, { share, shares: SHARES }, options],
    )
  return Promise.all(pages.map(of))
}

const sum = numbers => numbers.reduce((sum, number) => sum + number, 0)

inBrowser(
  'every page is the same as natively, byte for byte, and reads back from its HTML',
  async (page, t) => {
    const shares = await share(await open(page), 'comparePages', '/test/pages.jsonl')
    assert.equal(shares.flatMap(({ faults }) => faults).join('\n'), '')
    const groups = [...new Set(shares.flatMap(({ groups }) => Object.keys(groups)))]
    const counts = Object.fromEntries(groups.map(name => [name, sum(shares.map(({ groups }) => groups[name] ?? 0))]))
    t.diagnostic(`${sum(Object.values(counts))} pages: ${JSON.stringify(counts)}`)
    t.diagnostic(`the slowest took ${Math.max(...shares.map(({ slowest }) => Math.round(slowest)))} ms`)
    if (!process.env.SAKUIN_SHARED) return t.diagnostic('skipped: real blogs, for SAKUIN_SHARED is not set')
    const { seed, 'efcl-blog-ja': efcl, 'hugo-docs-en': hugo, 'opentelemetry-ja-en': opentelemetry } = counts
    assert.deepEqual([seed, efcl, hugo, opentelemetry], [1, 837, 993, 1187])
  },
  { timeout: 120_000 },
)

inBrowser('of a long post the first window is painted first', async page => {
  await open(page)
  const found = await page.evaluate(async () => {
    const { prepare, render } = await import('/sakuin/render.js')
    await prepare()
    const box = document.querySelector('#box')
    const rendered = render({ markdown: '段落\n\n'.repeat(500), url: '/a/' }, box)
    const first = await new Promise(done => requestAnimationFrame(() => done(box.childElementCount)))
    await rendered
    return [first, box.childElementCount]
  })
  assert.deepEqual(found, [32, 500])
})

/** Holds nothing up, and tells of every script that would run. */
const REPORTING = { 'content-security-policy-report-only': "script-src 'self' 'wasm-unsafe-eval'" }
const TRUSTED = { 'content-security-policy': "require-trusted-types-for 'script'; trusted-types sakuin" }

for (const [where, headers] of [
  ['without any policy', REPORTING],
  ['under Trusted Types', TRUSTED],
]) {
  inBrowser(
    `no attack comes to life ${where}`,
    async (page, t) => {
      const own = new URL('/', demo).href
      const happened = []
      const context = page.context()
      context.on('request', request => request.url().startsWith(own) || happened.push(`asked for ${request.url()}`))
      context.on('dialog', dialog => happened.push(dialog.message()))
      await context.addInitScript(() => {
        for (const name of ['alert', 'confirm', 'prompt', 'print', 'open']) {
          window[name] = (...given) => seen.violations.push(`${name}(${given})`)
        }
      })
      // Far below, where lazy images don't load.
      const pages = await open(page, { headers, body: '<div style="height: 100000px"></div><div id="box"></div>' })
      for (const page of pages) page.on('framenavigated', frame => happened.push(`went to ${frame.url()}`))
      const shares = await share(pages, 'attack', '/test/attacks.jsonl', { parse: headers === REPORTING })
      await page.waitForTimeout(200)
      assert.equal(shares.flatMap(({ faults }) => faults).join('\n'), '')
      for (const page of pages) assert.deepEqual((await seen(page)).violations, [])
      assert.deepEqual(happened, [])
      const [posts, nodes] = [sum(shares.map(({ posts }) => posts)), sum(shares.map(({ nodes }) => nodes))]
      t.diagnostic(`${posts} posts, ${nodes} elements: 0 scripts run, 0 elements, attributes or schemes off the list`)
      if (!process.env.SAKUIN_SHARED) return t.diagnostic('skipped: the collected payloads, for SAKUIN_SHARED is not set')
      assert.ok(posts > 200_000)
    },
    { timeout: 240_000 },
  )
}

/** Posts that name things after what a page's scripts rely on. */
const CLOBBERING = ['body', 'cookie', 'forms', 'getElementById', 'querySelector', 'location', 'documentElement', 'images', 'head']

inBrowser('no id of a post hides a name of the page’s scripts', async page => {
  await open(page)
  const outcome = await page.evaluate(async names => {
    const { render } = await import('/sakuin/render.js')
    const before = names.map(name => document[name])
    const markdown = names
      .map(
        name =>
          `## ${name} {#${name}}\n\n<a id="${name}" name="${name}" href="#${name}">a</a> <img name="${name}" src=a.png> ` +
          `<b id=" ${name}">b</b>\n\n[^${name}]\n\n[^${name}]: c`,
      )
      .join('\n\n')
    await render({ markdown, url: '/a/' }, document.querySelector('#box'))
    const hidden = names.filter((name, at) => document[name] !== before[at] || window[name] instanceof Element)
    const ids = [...document.querySelectorAll('#box [id]')].map(({ id }) => id)
    const named = document.querySelectorAll('#box [name]').length
    return { hidden, named, ids: ids.length, own: ids.filter(id => !id.startsWith('post-')) }
  }, CLOBBERING)
  assert.deepEqual(outcome, { hidden: [], named: 0, ids: CLOBBERING.length * 5, own: [] })
})

inBrowser('the footnotes of two posts in one page lead to their own', async page => {
  await open(page, { body: '<article id="one"></article><article id="two"></article>' })
  const faults = await page.evaluate(async () => {
    const { render } = await import('/sakuin/render.js')
    const markdown = '# 題\n\n一[^1] 二[^二] 一[^1] [題](#題)\n\n[^1]: 注\n[^二]: 注[^1]\n'
    const faults = []
    for (const name of ['one', 'two']) {
      await render({ markdown, url: `/${name}/` }, document.getElementById(name), { idPrefix: `${name}-` })
    }
    const ids = [...document.querySelectorAll('article [id]')].map(({ id }) => id)
    if (new Set(ids).size !== ids.length) faults.push(`twice: ${ids}`)
    const links = document.querySelectorAll('article a')
    if (links.length !== 2 * 9) faults.push(`${links.length} links`)
    for (const link of links) {
      const target = document.getElementById(decodeURIComponent(link.hash.slice(1)))
      if (!target || target.closest('article') !== link.closest('article')) faults.push(link.outerHTML)
    }
    return faults
  })
  assert.deepEqual(faults, [])
})

for (const colorScheme of ['light', 'dark']) {
  inBrowser(
    `code has colours in the reader that can be read (${colorScheme})`,
    async page => {
      await visit(page)
      await search(page, 'rust 所有権')
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('Enter')
      const pre = page.locator('[part=reader] pre:has(.k)').first()
      await pre.waitFor()
      const found = await pre.evaluate(pre => {
        const light = ([r, g, b]) => {
          const [red, green, blue] = [r, g, b].map(part => part / 255).map(part => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
          return 0.2126 * red + 0.7152 * green + 0.0722 * blue
        }
        const numbers = colour => colour.match(/[\d.]+/g).map(Number)
        const behind = light(numbers(getComputedStyle(pre).backgroundColor))
        return ['', 'c', 's', 'm', 'k', 'nf', 'nc', 'nt', 'na', 'gi', 'gd'].map(name => {
          const span = document.createElement('span')
          span.className = name
          pre.append(span)
          const { color } = getComputedStyle(span)
          const [less, more] = [light(numbers(color)), behind].sort((a, b) => a - b)
          return { name, color, contrast: (more + 0.05) / (less + 0.05) }
        })
      })
      assert.deepEqual(found.filter(({ contrast }) => contrast < 4.5), [])
      assert.deepEqual(found.filter(({ name, color }) => name && color === found[0].color), [])
    },
    { colorScheme },
  )
}
