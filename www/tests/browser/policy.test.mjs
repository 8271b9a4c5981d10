// Under a page's security policy.

import assert from 'node:assert/strict'
import { demo, field, inBrowser, pause, search, seen, status, untilState, visit } from './harness.mjs'

/** The strictest policy that everything works under. */
const STRICT =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; " +
  "worker-src 'self'; img-src 'self'; require-trusted-types-for 'script'; trusted-types sakuin"

/** Searches, and reads what is found first. */
async function searchAndRead(page) {
  await search(page, '全文検索')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.locator('[part=reader] [part=body][aria-busy=false] h2').first().waitFor()
}

/** Counts the workers, and collects what is said on the console. */
function watch(page) {
  const watched = { workers: 0, said: [] }
  page.on('worker', () => watched.workers++)
  page.on('console', message => watched.said.push(message.text()))
  return watched
}

inBrowser('the strictest policy is violated by nothing', async page => {
  const watched = watch(page)
  await visit(page, undefined, { csp: STRICT })
  await searchAndRead(page)
  await page.locator('[part=reader] [part=next]').click()
  await page.locator('[part=reader] [part=body][aria-busy=false]').waitFor()
  await pause(page)
  assert.deepEqual((await seen(page)).violations, [])
  assert.deepEqual(watched.said, [])
  assert.equal(watched.workers, 1)
})

inBrowser('under the strictest policy, the blog is saved too', async page => {
  await visit(page, '<sakuin-search src="/search/" offline></sakuin-search>', { csp: STRICT })
  await searchAndRead(page)
  await page.locator('[part=save]').click()
  await page.getByRole('button', { name: '保存する' }).click()
  await page.getByText(/保存済み/).waitFor()
  assert.deepEqual((await seen(page)).violations, [])
  await page.getByRole('button', { name: '保存を取り消す' }).click()
  await page.getByText(/このブログを保存すると/).waitFor()
})

inBrowser('where the policy’s name is refused, nothing is saved, and the reader says so', async page => {
  const watched = watch(page)
  const csp = STRICT.replace('trusted-types sakuin', 'trusted-types other')
  await visit(page, '<sakuin-search src="/search/" offline></sakuin-search>', { csp })
  await searchAndRead(page)
  await page.locator('[part=save]').click()
  await page.getByRole('button', { name: '保存する' }).click()
  await page.getByText(/保存できませんでした/).waitFor()
  assert.equal(watched.said.filter(text => text.startsWith('sakuin: no service worker')).length, 1)
  assert.deepEqual(await page.evaluate(() => caches.keys()), [])
})

inBrowser('where the policy’s name is refused, the page itself searches, and says so once', async page => {
  const watched = watch(page)
  await visit(page, undefined, { csp: STRICT.replace('trusted-types sakuin', 'trusted-types other') })
  await searchAndRead(page)
  assert.equal(watched.workers, 0)
  assert.equal(watched.said.filter(text => text.startsWith('sakuin: no worker')).length, 1)
})

inBrowser('where workers are refused, the page itself searches', async page => {
  const watched = watch(page)
  await visit(page, undefined, { csp: STRICT.replace("worker-src 'self'", "worker-src 'none'") })
  await searchAndRead(page)
  assert.equal(watched.said.filter(text => text.startsWith('sakuin: no worker')).length, 1)
})

inBrowser('where WebAssembly is refused, the box says so', async page => {
  const watched = watch(page)
  await visit(page, undefined, { csp: STRICT.replace(" 'wasm-unsafe-eval'", '') })
  await search(page, '全文検索', 'blocked')
  assert.match(await status(page), /このページの設定により、検索を利用できません/)
  assert.equal(watched.said.filter(text => /^sakuin: blocked: .*wasm-unsafe-eval/.test(text)).length, 1)
})

inBrowser('where requests are refused, the box says so', async page => {
  await visit(page, undefined, { csp: STRICT.replace("connect-src 'self'", "connect-src 'none'") })
  await search(page, '全文検索', 'blocked')
})

inBrowser('the policy makes scripts of no address but the worker’s', async page => {
  await page.addInitScript(() => {
    const { createPolicy } = trustedTypes
    trustedTypes.createPolicy = function (name, rules) {
      window.policy = createPolicy.call(this, name, rules)
      return window.policy
    }
  })
  await visit(page, undefined, { csp: STRICT })
  await field(page).focus()
  await untilState(page, 'idle')
  await page.waitForFunction(() => window.policy)
  const outcomes = await page.evaluate(
    own =>
      [own, '/sakuin/worker.js', '/evil.js', 'https://evil.example/sakuin/worker.js', 'data:text/javascript,1'].map(url => {
        try {
          return String(window.policy.createScriptURL(url))
        } catch (error) {
          return error.name
        }
      }),
    new URL('/sakuin/worker.js', demo).href,
  )
  const own = new URL('/sakuin/worker.js', demo).href
  assert.deepEqual(outcomes, [own, 'TypeError', 'TypeError', 'TypeError', 'TypeError'])
  for (const sink of ['createHTML', 'createScript']) {
    assert.match(
      await page.evaluate(sink => {
        try {
          return String(window.policy[sink]('x'))
        } catch (error) {
          return error.name
        }
      }, sink),
      /TypeError/,
    )
  }
})
