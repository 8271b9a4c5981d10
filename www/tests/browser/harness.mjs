// A browser for each file of tests, a context for each test, and the search box as they see it.
//
// `SAKUIN_DEMO` is the address of the served demo blog, `SAKUIN_CHROMIUM` the browser's path.
// `SAKUIN_FIREFOX` is that of a Firefox to test instead, `SAKUIN_WEBKIT` that of WebKitGTK's driver.

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { chromium, firefox } from 'playwright-core'
import * as webkit from './webkit.mjs'

const served = process.env.SAKUIN_DEMO
assert.ok(served, 'SAKUIN_DEMO is the address of a served demo blog; `cargo xtask test` sets it')
const webkitPath = process.env.SAKUIN_WEBKIT

/** The demo blog's address, which ends in `/`. */
export const demo = webkitPath ? await webkit.startHost(served) : served

/** The browser's path. */
export const executablePath = process.env.SAKUIN_CHROMIUM ?? '/usr/bin/chromium'

/** Firefox's path, where it is the one tested, over WebDriver BiDi. */
export const firefoxPath = process.env.SAKUIN_FIREFOX
const launch = () => {
  if (webkitPath) return webkit.launch(webkitPath)
  if (firefoxPath) return firefox.launch({ channel: 'moz-firefox', executablePath: firefoxPath })
  return chromium.launch({ executablePath })
}
const browser = await launch()
after(() => browser.close())

/** Why all but Chromium are spared a test; docs/browsers.md lists them. */
export const onlyInChromium = {
  composition: 'WebDriver has no input method: composition is driven through DevTools',
  devtools: 'driven through the DevTools protocol',
  media: 'the driver can’t set colours, motion or contrast of this Firefox',
  touch: 'the driver has no touch screen for Firefox',
  scripts: 'the driver can’t switch scripts off',
}

/** Why WebKitGTK is spared a test more. */
export const notInWebKit = {
  network: 'WebDriver has no hand on the network',
  locators: 'WebDriver looks for nothing by its role or text',
  pointer: 'the driver’s click is none of a pointer: the field loses the focus to the button',
  events: 'WebDriver tells nothing of console, workers and windows',
}

/** The others are slower to start a page. */
const PATIENCE = firefoxPath || webkitPath ? 4 : 1

/** What Firefox reports among the errors of a page although no script failed. */
const REPORTED = /^(Error: )?(Content-Security-Policy: |Cross-Origin Request Blocked: )/

/**
 * A test in a page of its own. It fails, too, where a script of the page fails unseen.
 * `options` are those of a browser context, `timeout` in milliseconds, and `chromium`, why no
 * other browser can be tested so; `playwright`, why WebKitGTK can't.
 */
export function inBrowser(claim, body, { timeout = 30_000, chromium: only, playwright, ...options } = {}) {
  const skip = webkitPath ? (only ?? playwright) : firefoxPath && only
  if (skip) return test(claim, { skip })
  test(claim, { timeout: timeout * PATIENCE }, async t => {
    const { context, page, errors } = webkitPath ? await webkitPage() : await playwrightPage(options)
    // Kept in the page, from before its first script.
    await context.addInitScript(() => {
      const seen = { answers: [], violations: [] }
      Object.assign(window, { seen })
      document.addEventListener('sakuin-results', ({ detail }) => seen.answers.push(detail))
      document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) =>
        seen.violations.push(`${effectiveDirective} ${blockedURI}`),
      )
    })
    try {
      await body(page, t)
      assert.deepEqual(errors.filter(error => !REPORTED.test(error)), [])
    } finally {
      await context.close()
    }
  })
}

async function playwrightPage(options) {
  const context = await browser.newContext({ locale: 'ja', viewport: { width: 1000, height: 800 }, ...options })
  context.setDefaultTimeout(8000 * PATIENCE)
  const page = await context.newPage()
  const errors = []
  context.on('weberror', failure => errors.push(String(failure.error().stack ?? failure.error())))
  return { context, page, errors }
}

/** WebDriver tells of no errors. */
async function webkitPage() {
  const page = await browser.newPage()
  return { context: page, page, errors: [] }
}

/** The element alone, as most tests have it in their page. */
export const ELEMENT = '<sakuin-search src="/search/"></sakuin-search>'

/** Serves `body` as a page of the demo's origin, under the policy `csp`, and opens it. */
export async function visit(page, body = ELEMENT, { path = '/test/', csp, headers: more, lang = 'ja', head = '' } = {}) {
  const url = new URL(path, demo).href
  const html = `<!doctype html><html lang="${lang}"><meta charset="utf-8"><title>Test</title>
    <meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
    ${head || '<script type="module" src="/sakuin/element.js"></script>'}
    <body><main><h1>Test</h1>${body}</main>`
  const headers = { 'content-type': 'text/html; charset=utf-8', ...(csp && { 'content-security-policy': csp }), ...more }
  await page.route(url, route => route.fulfill({ headers, body: html }))
  await page.goto(url)
  await page.waitForFunction(() => customElements.get('sakuin-search'))
}

/** The field of the search box, inside `within` where a page has several. */
export function field(page, within = page) {
  return within.locator('[part=input]')
}

/** Resolves once the box is in `state`. */
export async function untilState(page, state) {
  await page.locator(`sakuin-search[data-state=${state}]`).first().waitFor({ state: 'attached' })
}

/** Puts `text` into the field at once, as a paste would, and waits for `state`. */
export async function search(page, text, state = 'results') {
  await field(page).focus()
  await field(page).selectText()
  if (text) await page.keyboard.insertText(text)
  else await page.keyboard.press('Delete')
  await untilState(page, state)
  // The rows below the fold follow when the others have been painted.
  if (state === 'results') await page.evaluate(() => new Promise(done => requestAnimationFrame(() => setTimeout(done, 30))))
}

/** The titles in the list, in order. */
export function titles(page) {
  return page.locator('[role=option] [part=title]').allTextContents()
}

/** The id of the option that is active, as the field names it; null where none is. */
export async function active(page) {
  const id = await field(page).getAttribute('aria-activedescendant')
  if (id === null) return null
  const option = page.locator(`[role=option]#${id}`)
  assert.equal(await option.count(), 1, `the field names #${id}`)
  assert.ok(await option.isVisible(), `#${id} is in view`)
  assert.equal(await option.getAttribute('aria-selected'), 'true')
  return id
}

/** What the page noted: `answers` to queries, `violations` of its policy. */
export function seen(page) {
  return page.evaluate(() => window.seen)
}

/** The text that the box shows in place of results. */
export function status(page) {
  return page.locator('[part=status]').innerText()
}

/** Resolves when nothing has been asked or answered for a while. */
export function pause(page, ms = 120) {
  return page.waitForTimeout(ms)
}
