// Times the renderer in Chromium on what `tests/support/pages.rs` wrote, and prints one line of
// JSON. `SAKUIN_DEMO` is the address of the served demo blog, with those pages in `/test/`.

import { loadavg } from 'node:os'
import { chromium } from 'playwright-core'

const SITES = ['seed', 'demo', 'efcl-blog-ja', 'hugo-docs-en', 'opentelemetry-ja-en']

const browser = await chromium.launch({ executablePath: process.env.SAKUIN_CHROMIUM ?? '/usr/bin/chromium' })
const page = await browser.newPage({ viewport: { width: 1000, height: 800 } })
const url = new URL('/test/render/', process.env.SAKUIN_DEMO).href
const html = '<!doctype html><meta charset="utf-8"><link rel="stylesheet" href="/style.css"><main id="box"></main>'
await page.route(url, route => route.fulfill({ contentType: 'text/html', body: html }))
await page.goto(url)

const { sites, paints } = await page.evaluate(async names => {
  const { prepare, render } = await import('/sakuin/render.js')
  await prepare()
  const text = await (await fetch('/test/pages.jsonl')).text()
  const pages = text.split('\n').filter(Boolean).map(line => JSON.parse(line))
  const box = document.querySelector('#box')
  const among = (times, part) => times.sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * part))]

  // The clock ticks every 100 µs, so that several renderings are timed as one.
  const ROUNDS = 5
  // The module is compiled better once it has run for a while.
  for (const post of pages.slice(0, 100)) await render(post, document.createElement('div'))
  const sites = []
  for (const name of names) {
    const posts = pages.filter(page => page.name.startsWith(`${name}:`))
    const chromium = []
    for (const post of posts) {
      const element = document.createElement('div')
      const start = performance.now()
      for (let round = 0; round < ROUNDS; round++) await render(post, element)
      chromium.push(((performance.now() - start) * 1000) / ROUNDS)
    }
    const native = posts.map(({ micros }) => micros)
    sites.push({
      site: name,
      pages: posts.length,
      native_p50_us: Math.round(among(native, 0.5)),
      native_p99_us: Math.round(among(native, 0.99)),
      chromium_p50_us: Math.round(among(chromium, 0.5)),
      chromium_p99_us: Math.round(among(chromium, 0.99)),
    })
  }

  const frame = () => new Promise(done => requestAnimationFrame(() => {
    // A task after the callback comes when the frame is made.
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => done(performance.now())
    port2.postMessage(null)
  }))
  const bytes = new TextEncoder()
  const near = pages.filter(({ name, markdown }) => {
    const size = names.includes(name.split(':')[0]) && bytes.encode(markdown).length
    return size > 14_000 && size < 16_000
  })
  // Of a post the median of some rounds counts, which other work on the machine moves less.
  const PAINTS = 5
  const first = []
  const whole = []
  for (const post of near) {
    const firsts = []
    const wholes = []
    for (let round = 0; round < PAINTS; round++) {
      box.replaceChildren()
      await frame()
      await new Promise(done => setTimeout(done, Math.random() * 16))
      const start = performance.now()
      const rendered = render(post, box)
      firsts.push((await frame()) - start)
      await rendered
      wholes.push((await frame()) - start)
    }
    first.push(among(firsts, 0.5))
    whole.push(among(wholes, 0.5))
  }
  const round = ms => Math.round(ms * 10) / 10
  const paints = {
    posts: near.length,
    first_p50_ms: round(among(first, 0.5)),
    first_p99_ms: round(among(first, 0.99)),
    whole_p50_ms: round(among(whole, 0.5)),
    whole_p99_ms: round(among(whole, 0.99)),
  }
  return { sites: sites.filter(({ pages }) => pages > 0), paints }
}, SITES)
await browser.close()
const [load] = loadavg()
console.log(JSON.stringify({ bench: 'render', load, sites, paint_of_15_kb: paints }))
