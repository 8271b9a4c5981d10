// The demo's playground: any index, why posts stand where they stand, and what was fetched for it.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { demo, inBrowser } from './harness.mjs'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

for (const [path, lang, colorScheme] of [['/playground/', 'ja', 'light'], ['/en/playground/', 'en', 'dark']]) {
  inBrowser(
    `the playground explains an answer, counts its requests, and draws the index, ${lang}`,
    async page => {
      await page.goto(new URL(path, demo).href)
      const hits = page.locator('#hits article')
      await hits.first().waitFor()
      assert.ok((await hits.first().locator('tbody tr').count()) >= 2)
      await page.locator('#requests tbody tr').first().waitFor()
      const files = await page.locator('#requests tbody tr td:first-child').allTextContents()
      assert.ok(files.includes('/sakuin/search.wasm') && files.includes('sakuin.manifest'), files.join())
      assert.ok(files.some(name => name.endsWith('.skn')), 'what the worker fetches is seen')
      await page.locator('#parts svg').nth(5).waitFor()
      await page.evaluate(axe)
      const { violations } = await page.evaluate(() => window.axe.run())
      assert.deepEqual(violations.map(({ id }) => id), [])
      const sideways = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)
      assert.ok(!sideways)
    },
    { colorScheme, locale: lang, viewport: { width: 360, height: 700 } },
  )
}

inBrowser('another index is asked by its address, and one that is not there says so', async page => {
  await page.goto(new URL('/playground/?index=/nowhere/&q=wasm', demo).href)
  await page.locator('#said').filter({ hasText: 'broken' }).waitFor()
  await page.locator('[name=index]').fill('/search')
  await page.keyboard.press('Enter')
  await page.locator('#hits article').first().waitFor()
  assert.match(await page.locator('#hits h3').first().innerText(), /webassembly/i)
})
