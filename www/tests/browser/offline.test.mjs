// Saved for reading without a network: what is saved, how it is read, and that no two
// generations ever mix.

import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { chromium } from 'playwright-core'
import { demo, executablePath, field, search } from './harness.mjs'
import { anotherManifest, sha256, startHost } from './host.mjs'
import { cachesOf, call, onHost, save } from './saving.mjs'

const body = page => page.locator('[part=body][aria-busy=false]')
const POST = 'posts/ja/zenbun-kensaku/'

onHost('saving tells how far it is, and what it has saved', async (page, { address }) => {
  const before = await call(page, 'saved')
  assert.equal(before.state, 'none')
  assert.ok(before.totalBytes > 100_000)
  const { steps, ...saved } = await save(page)
  assert.deepEqual(saved, { state: 'saved', bytes: before.totalBytes, totalBytes: before.totalBytes, also: [] })
  assert.ok(steps.length > 10)
  assert.deepEqual(steps.map(({ bytes }) => bytes), steps.map(({ bytes }) => bytes).sort((a, b) => a - b))
  assert.deepEqual(steps.at(-1), { bytes: saved.bytes, totalBytes: saved.bytes })
  const [name, ...others] = (await cachesOf(page)).filter(name => !name.endsWith(' also'))
  assert.deepEqual(others, [])
  assert.match(name, new RegExp(`^sakuin ${address} ${address}search/ [0-9a-f]{64}$`))
})

onHost('nothing is registered or kept before the reader saves', async page => {
  await search(page, '全文検索')
  assert.deepEqual(await cachesOf(page), [])
  assert.equal(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length), 0)
})

test('a saved post opens at its own address without a network, after a restart too', { timeout: 60_000 }, async () => {
  const host = await startHost()
  const folder = await mkdtemp(join(tmpdir(), 'sakuin-profile-'))
  const start = () => chromium.launchPersistentContext(folder, { executablePath, locale: 'ja' })
  try {
    const first = await start()
    const page = await first.newPage()
    await page.goto(host.address)
    await save(page)
    await first.close()
    await host.off()
    const second = await start()
    const later = await second.newPage()
    const errors = []
    later.on('pageerror', error => errors.push(String(error)))
    await later.goto(host.address + POST)
    await body(later).locator('h2').first().waitFor()
    assert.equal(later.url(), host.address + POST)
    assert.match(await later.title(), /全文検索/)
    assert.equal(await later.locator('h1').textContent(), await later.title())
    assert.equal(await later.locator('link[rel=canonical]').getAttribute('href'), host.address + POST)
    // And the search above it finds another.
    await search(later, 'コーヒー')
    await later.keyboard.press('ArrowDown')
    await later.keyboard.press('Enter')
    await later.locator('[part=reader][open] [part=body][aria-busy=false] h2').first().waitFor()
    assert.deepEqual(errors, [])
    await second.close()
  } finally {
    await host.off().catch(() => {})
    await rm(folder, { recursive: true, force: true })
  }
})

onHost('any way to write a post’s address opens it', async (page, host) => {
  await save(page)
  await host.off()
  const slug = '味噌汁と出汁'
  const addresses = [
    `posts/ja/${slug}/`,
    `posts/ja/${slug}`,
    `posts/ja/${slug}/index.html`,
    encodeURI(`posts/ja/${slug}/`).toLowerCase(),
    `posts/ja/${slug}/?utm_source=x`,
    `posts/ja/${slug}/#四つの出汁`,
  ]
  for (const address of addresses) {
    await page.goto(host.address + address)
    await body(page).locator('h2').first().waitFor()
    assert.equal(await page.locator('h1').textContent(), '味噌汁と出汁のとり方', address)
  }
  const { y } = await page.locator('[id="post-四つの出汁"]').boundingBox()
  assert.ok(y < 300, `the heading is at ${y}`)
})

onHost('a page that is no post says that it isn’t saved, and offers the search', async (page, host) => {
  await save(page)
  await host.off()
  await page.goto(`${host.address}tags/rust/`)
  await page.getByRole('alert').waitFor()
  assert.equal(await page.locator('h1').innerText(), 'このページは保存されていません')
  await search(page, '全文検索')
})

onHost('with a network, pages come from the network', async (page, host) => {
  await save(page)
  host.change(`/${POST}`, () => ({ body: '<title>newer</title>' }))
  await page.goto(host.address + POST)
  assert.equal(await page.title(), 'newer')
})

onHost('a page that was kept is shown in place of the reader', async (page, host) => {
  const { also } = await save(page, ['/about/', '/style.css', 'https://elsewhere.example/x'])
  assert.deepEqual(also, [`${host.address}about/`, `${host.address}style.css`])
  await host.off()
  await page.goto(`${host.address}about/?from=feed`)
  await page.locator('main h1').waitFor()
  assert.equal(await page.locator('header.site').count(), 1)
  assert.notEqual(await page.evaluate(() => getComputedStyle(document.body).margin), '8px')
})

onHost('pictures are there if they were saved, and else said not to be', async (page, host) => {
  const post = 'posts/ja/http-cache/'
  const image = '/images/ja-http-cache.svg'
  await save(page)
  await host.off()
  await page.goto(host.address + post)
  await page.locator('[part=missing-image]').waitFor()
  assert.match(await page.locator('[part=missing-image]').innerText(), /この画像は保存されていません/)
  await host.on()
  await page.goto(host.address)
  await save(page, [image])
  await host.off()
  await page.goto(host.address + post)
  await page.waitForFunction(image => {
    const shown = document.querySelector('main').shadowRoot.querySelector(`img[src$="${image}"]`)
    shown?.scrollIntoView()
    return shown?.naturalWidth > 0
  }, image)
})

onHost('removing leaves nothing, and other caches survive', async page => {
  await page.evaluate(async () => (await caches.open('other')).put('/x', new Response('x')))
  await save(page)
  await save(page, ['/style.css'])
  assert.ok((await cachesOf(page)).includes('other'))
  await call(page, 'unsave')
  assert.deepEqual(await cachesOf(page), ['other'])
  assert.equal(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length), 0)
  assert.equal((await call(page, 'saved')).state, 'none')
})

onHost('what the browser has thrown away is not said to be saved, and saving again fetches it', async (page, host) => {
  const { bytes } = await save(page)
  await page.evaluate(async () => {
    for (const name of await caches.keys()) await (await caches.open(name)).delete('/search/render.wasm')
  })
  const partly = await call(page, 'saved')
  assert.equal(partly.state, 'partly')
  assert.ok(partly.bytes < bytes)
  host.asked.length = 0
  assert.equal((await save(page)).state, 'saved')
  const asked = host.asked.filter(path => path.startsWith('/search/') && !/manifest|index\.js|worker/.test(path))
  assert.deepEqual(asked.sort(), ['/search/offline.json', '/search/render.wasm'])
})

onHost('two tabs that save at once save once', async (page, host) => {
  const other = await page.context().newPage()
  await other.goto(host.address)
  host.asked.length = 0
  const [a, b] = await Promise.all([save(page), save(other)])
  assert.deepEqual([a.state, b.state], ['saved', 'saved'])
  assert.equal((await cachesOf(page)).filter(name => !name.endsWith('also')).length, 1)
  const shards = host.asked.filter(path => path.endsWith('.skn'))
  assert.equal(new Set(shards).size, shards.length)
})

onHost('where there is no room, nothing is left behind and it is said', async (page, host) => {
  const session = await page.context().newCDPSession(page)
  const origin = host.address.slice(0, -1)
  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 150_000 })
  const refused = await call(page, 'save')
  assert.equal(refused.code, 'blocked')
  assert.match(refused.message, /no more room/)
  assert.deepEqual(await cachesOf(page), [])
  await session.send('Storage.overrideQuotaForOrigin', { origin })
  assert.equal((await save(page)).state, 'saved')
})

onHost('where there is no room, the reader’s button says so', async (page, host) => {
  const session = await page.context().newCDPSession(page)
  await session.send('Storage.overrideQuotaForOrigin', { origin: host.address.slice(0, -1), quotaSize: 150_000 })
  await search(page, 'キャッシュ HTTP')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.locator('[part=save]').click()
  await page.getByRole('button', { name: '保存する' }).click()
  await page.getByText('空き容量が足りず').waitFor()
})

onHost('a save that is stopped goes on where it was', async (page, host) => {
  const stopped = await page.evaluate(async () => {
    const { open } = await import('/sakuin/index.js')
    const search = await open('/search/')
    const controller = new AbortController()
    const onProgress = ({ bytes, totalBytes }) => bytes > totalBytes / 2 && controller.abort('enough')
    return search.save({ onProgress, signal: controller.signal }).catch(String)
  })
  assert.equal(stopped, 'enough')
  assert.equal((await call(page, 'saved')).state, 'none')
  host.asked.length = 0
  assert.equal((await save(page)).state, 'saved')
  const list = await page.evaluate(async () => (await (await fetch('/search/offline.json')).json()).files.length)
  assert.ok(host.asked.length < list, `${host.asked.length} requests for ${list} files`)
})

/** Makes the host one of `generation`: with a manifest of its own, and scripts that tell it. */
async function publish(host, generation, { without } = {}) {
  const get = async path => Buffer.from(await (await fetch(demo + path)).arrayBuffer())
  const list = JSON.parse(await get('search/offline.json'))
  const manifest = anotherManifest(await get('search/sakuin.manifest'), generation === 'first' ? 1 : 2)
  const files = new Map([['sakuin.manifest', manifest]])
  for (const file of list.files) {
    const [name] = file
    if (!name.endsWith('.js')) continue
    const [build] = /(?<=ready: )[0-9a-f]{8}/.exec(await get('search/worker.js'))
    const told = `\n;(globalThis.generations ??= []).push('${name} of the ${generation}')`
    const script = (await get(`search/${name}`)).toString()
    const bytes = Buffer.from(script.replaceAll(build, generation.padEnd(8, '-')) + told)
    files.set(name, bytes)
    file.splice(1, 2, sha256(bytes), bytes.length)
  }
  list.manifest = sha256(manifest)
  files.set('offline.json', Buffer.from(JSON.stringify(list)))
  for (const [name, bytes] of files) {
    host.change(`/search/${name}`, () => (name === without ? { status: 0 } : { body: bytes }))
  }
  return list.manifest
}

/** Opens a saved post without a network: the scripts that ran, and the manifest's hash. */
async function readOffline(page, host) {
  await host.off()
  await page.goto(host.address + POST)
  await body(page).locator('h2').first().waitFor()
  const read = await page.evaluate(async () => {
    const manifest = await (await fetch('/search/sakuin.manifest', { cache: 'no-cache' })).arrayBuffer()
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', manifest))
    return [globalThis.generations.sort(), [...hash].map(byte => byte.toString(16).padStart(2, '0')).join('')]
  })
  await host.on()
  return read
}

const scriptsOf = generation =>
  ['element', 'index', 'reader', 'render', 'shell'].map(name => `${name}.js of the ${generation}`)

/** Resolves once `manifest` names the one generation that is there. */
async function untilSaved(page, manifest) {
  for (;;) {
    const [name, ...others] = (await cachesOf(page)).filter(name => !name.endsWith(' also'))
    if (name.endsWith(manifest) && others.length === 0) return
    await page.waitForTimeout(20)
  }
}

for (const without of ['element.js', 'shell.js', 'worker.js', 'offline.json', 'sakuin.manifest']) {
  onHost(`while ${without} of a new generation can’t be had, the old one is read, whole`, async (page, host) => {
    const first = await publish(host, 'first')
    await save(page)
    const second = await publish(host, 'second', { without })
    host.asked.length = 0
    await page.goto(host.address + POST)
    // The worker looks for what is new, and is cut short.
    while (!host.asked.includes(`/search/${without}`)) await page.waitForTimeout(20)
    assert.deepEqual(await readOffline(page, host), [scriptsOf('first'), first])
    // The next visit completes it.
    await publish(host, 'second')
    await page.goto(host.address + POST)
    await untilSaved(page, second)
    assert.deepEqual(await readOffline(page, host), [scriptsOf('second'), second])
  })
}

/** A page with the element of the first generation, and meanwhile the second is saved. */
async function replaceUnder(page, host) {
  await publish(host, 'first')
  await save(page)
  await page.goto(`${host.address}search/reader.html`)
  await field(page).waitFor()
  const second = await publish(host, 'second')
  const other = await page.context().newPage()
  await other.goto(host.address)
  await untilSaved(other, second)
}

onHost('a page that is open goes on with the generation it began with', async (page, host) => {
  await replaceUnder(page, host)
  await search(page, '全文検索')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.locator('[part=reader][open] [part=body][aria-busy=false]').waitFor()
  // What helps to word a query comes some time after the first answer.
  const ran = await page.evaluate(() => globalThis.generations.sort())
  assert.deepEqual(ran.filter(name => name !== 'assist.js of the first'), scriptsOf('first'))
})

onHost('where the worker has forgotten it, the page says so, and runs no two builds', async (page, host) => {
  await replaceUnder(page, host)
  const session = await page.context().newCDPSession(page)
  const stopped = new Promise(done =>
    session.on('ServiceWorker.workerVersionUpdated', ({ versions }) => {
      if (versions.some(({ runningStatus }) => runningStatus === 'stopped')) done()
    }),
  )
  await session.send('ServiceWorker.enable')
  await session.send('ServiceWorker.stopAllWorkers')
  await stopped
  await search(page, '全文検索', 'version')
  assert.match(await page.locator('[part=status]').innerText(), /検索が新しくなりました/)
  await Promise.all([page.waitForEvent('load'), page.locator('[part=retry]').click()])
  await search(page, '全文検索')
})

onHost('an update fetches only what has changed', async (page, host) => {
  await save(page)
  const second = await publish(host, 'second')
  host.asked.length = 0
  await page.goto(host.address + POST)
  await untilSaved(page, second)
  assert.deepEqual(host.asked.filter(path => /\.(skn|wasm)$/.test(path)), [])
})

onHost('a host that changes while a blog is saved gives its newer generation, whole', async (page, host) => {
  await publish(host, 'first')
  let second
  host.change('/search/shell.js', async body => {
    second ??= await publish(host, 'second')
    return { body }
  })
  await save(page)
  await untilSaved(page, second)
  assert.deepEqual(await readOffline(page, host), [scriptsOf('second'), second])
})

onHost('a list that names files elsewhere is refused', async (page, host) => {
  const hash = '0'.repeat(64)
  for (const name of ['../x.js', '/x.js', 'https://evil.example/x.js', '//evil.example/x']) {
    const list = JSON.stringify({ manifest: hash, files: [[name, hash, 1]] })
    host.change('/search/offline.json', () => ({ body: Buffer.from(list) }))
    const refused = await call(page, 'save')
    assert.equal(refused.code, 'broken', name)
  }
})

onHost('a worker that can’t be registered is told once, and search goes on', async (page, host) => {
  const said = []
  page.on('console', message => message.text().startsWith('sakuin') && said.push(message.text()))
  host.change('/sakuin-sw.js', () => ({ status: 404 }))
  assert.equal((await call(page, 'save')).code, 'blocked')
  assert.equal(said.length, 1)
  assert.match(said[0], /no service worker, nothing is saved/)
  assert.deepEqual(await cachesOf(page), [])
  await search(page, '全文検索')
})

onHost('no worker of another origin is registered', async page => {
  const refused = await call(page, 'save', { worker: 'https://evil.example/sakuin-sw.js' })
  assert.equal(refused.code, 'blocked')
})

onHost('the reader saves, shows it, and takes it back', async page => {
  await search(page, 'キャッシュ HTTP')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  const reader = page.locator('[part=reader][open]')
  await reader.locator('[part=body][aria-busy=false] img').first().waitFor()
  const panel = reader.locator('[part=saving]')
  await reader.locator('[part=save]').click()
  await panel.getByText(/このブログを保存すると.*KB/).waitFor()
  await panel.getByRole('button', { name: '保存する' }).click()
  await panel.getByText(/保存済み/).waitFor()
  assert.ok(await reader.locator('[part=save][data-saved]').count())
  // The post's picture was saved with it.
  assert.deepEqual((await call(page, 'saved')).also.map(url => new URL(url).pathname), ['/images/ja-http-cache.svg'])
  assert.equal(await panel.getByRole('button').count(), 1)
  await panel.getByRole('button', { name: '保存を取り消す' }).click()
  await panel.getByText(/このブログを保存すると/).waitFor()
  assert.deepEqual(await cachesOf(page), [])
  // Escape closes the panel, and leaves the post.
  await page.keyboard.press('Escape')
  await panel.waitFor({ state: 'hidden' })
  assert.ok(await reader.isVisible())
})
