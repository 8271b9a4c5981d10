// What Lighthouse says of the demo blog: nothing to better in accessibility and in best practices.
// `SAKUIN_DEMO` is where it is served.

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { launch } from 'chrome-launcher'
import lighthouse from 'lighthouse'

const chrome = await launch({
  chromePath: process.env.SAKUIN_CHROMIUM ?? '/usr/bin/chromium',
  chromeFlags: ['--headless=new', '--no-sandbox', '--disable-gpu'],
})
after(() => chrome.kill())

const pages = { home: '/', post: '/posts/ja/zenbun-kensaku/', English: '/en/', results: '/archive/?q=%E6%A4%9C%E7%B4%A2' }
for (const [what, path] of Object.entries(pages)) {
  test(`${what}: full marks for accessibility and best practices`, { timeout: 120_000 }, async () => {
    const url = new URL(path, process.env.SAKUIN_DEMO).href
    const onlyCategories = ['accessibility', 'best-practices']
    const { lhr } = await lighthouse(url, { port: chrome.port, onlyCategories, logLevel: 'silent' })
    for (const { title, score, auditRefs } of Object.values(lhr.categories)) {
      const failed = auditRefs.map(({ id }) => lhr.audits[id]).filter(audit => audit.score !== null && audit.score < 1)
      assert.equal(score, 1, `${title}: ${failed.map(({ id, displayValue }) => `${id} ${displayValue ?? ''}`)}`)
    }
  })
}
