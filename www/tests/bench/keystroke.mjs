// Times the search box from a keystroke to the painted list, warm, in Chromium with its processor
// slowed down, beside a field that does nothing, and prints one line of JSON. `SAKUIN_SITE` is the
// address of a site with an index in `/search/` and the scripts in `/sakuin/`, `SAKUIN_QUERIES` a
// file of queries, one a line.

import { readFileSync } from 'node:fs'
import { chromium } from 'playwright-core'

/** How much slower than this machine. The engine's worker is not slowed: Chromium can't. */
const SLOWDOWN = 4

/** Queries typed; each twice, since the first time fetches. */
const QUERIES = 40

const site = process.env.SAKUIN_SITE
const queries = readFileSync(process.env.SAKUIN_QUERIES, 'utf8').split('\n').filter(Boolean).slice(0, QUERIES)

const among = (times, part) => times.sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * part))]
const round = ms => Math.round(ms * 10) / 10

/** A field alone, whose answer is there at once and shows nothing: what browser and driver take. */
const FIELD = `<sakuin-search></sakuin-search><script>
  customElements.define('sakuin-search', class extends HTMLElement {})
  const host = document.querySelector('sakuin-search')
  const [input, list] = ['input', 'div'].map(name => document.createElement(name))
  input.setAttribute('part', 'input')
  list.setAttribute('part', 'list')
  host.attachShadow({ mode: 'open' }).append(input, list)
  const { port1, port2 } = new MessageChannel()
  port1.onmessage = () => host.dispatchEvent(new CustomEvent('sakuin-results'))
  input.addEventListener('input', () => input.value && port2.postMessage(null))
</script>`
const BOX = '<script type="module" src="/sakuin/element.js"></script><sakuin-search src="/search/"></sakuin-search>'

const browser = await chromium.launch({ executablePath: process.env.SAKUIN_CHROMIUM ?? '/usr/bin/chromium' })

async function measure(body) {
  const page = await browser.newPage({ viewport: { width: 1000, height: 800 }, locale: 'ja' })
  const url = new URL('/bench-keystroke/', site).href
  const html = `<!doctype html><html lang="ja"><meta charset="utf-8"><title>Bench</title>${body}`
  await page.route(url, route => route.fulfill({ contentType: 'text/html', body: html }))
  await page.goto(url)
  await page.waitForFunction(() => customElements.get('sakuin-search'))
  await page.evaluate(() => {
    const host = document.querySelector('sakuin-search')
    const root = host.shadowRoot
    let typed = 0
    window.times = { answered: [], listed: [], painted: [] }
    window.paints = 0
    // Before the element's own listener.
    root.addEventListener('input', event => (typed = event.timeStamp), { capture: true })
    host.addEventListener('sakuin-results', () => {
      const start = typed
      window.times.answered.push(performance.now() - start)
      root.querySelector('[part=list]').offsetHeight // the layout, which painting waits for
      window.times.listed.push(performance.now() - start)
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel()
        port1.onmessage = () => {
          window.times.painted.push(performance.now() - start)
          window.paints++
          window.answered?.()
        }
        port2.postMessage(null)
      })
    })
  })
  const session = await page.context().newCDPSession(page)
  const field = page.locator('[part=input]')
  let keys = 0
  const type = async query => {
    await field.fill('')
    for (const letter of query) {
      await page.keyboard.insertText(letter)
      const painted = keys => new Promise(done => (window.paints >= keys ? done() : (window.answered = done)))
      await page.evaluate(painted, ++keys)
    }
  }
  await field.focus()
  for (const query of queries) await type(query)
  await page.evaluate(() => Object.values(window.times).forEach(times => (times.length = 0)))
  await session.send('Emulation.setCPUThrottlingRate', { rate: SLOWDOWN })
  for (const query of queries) await type(query)
  const times = await page.evaluate(() => window.times)
  await page.close()
  const figures = Object.entries(times).map(([what, list]) => [
    what,
    { p50_ms: round(among(list, 0.5)), p95_ms: round(among(list, 0.95)) },
  ])
  return { keystrokes: times.painted.length, ...Object.fromEntries(figures) }
}

const [field, box] = [await measure(FIELD), await measure(BOX)]
await browser.close()
console.log(JSON.stringify({ bench: 'keystroke', slowdown: SLOWDOWN, field, box }))
