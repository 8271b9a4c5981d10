// A blog of many files, saved in a few packs: what is asked for, what is kept, and packs that are
// not what they should be.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { inflateRawSync } from 'node:zlib'
import { search, titles } from './harness.mjs'
import { sha256 } from './host.mjs'
import { call, onHost, save } from './saving.mjs'

const builder = process.env.SAKUIN_BUILDER ?? '../target/release/sakuin'

/** The index of a site whose terms have files of their own. */
const site = build()

function build() {
  const folder = mkdtempSync(join(tmpdir(), 'sakuin-packs-'))
  after(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'posts.jsonl'), posts().map(post => `${JSON.stringify(post)}\n`).join(''))
  const out = join(folder, 'out')
  execFileSync(builder, ['build', join(folder, 'posts.jsonl'), '--out', out], { stdio: 'pipe' })
  return new Map(readdirSync(out).map(name => [name, readFileSync(join(out, name))]))
}

/** Posts of words that are made up, and one that can be found. */
function posts() {
  let state = 1
  const draw = count => (state = (state * 48271) % 0x7fffffff) % count
  const letters = [...'検索全文形態素解析辞書転置圧縮圏論言語']
  const word = () => Array.from({ length: 2 + draw(3) }, () => letters[draw(letters.length)]).join('')
  const latin = () => Array.from({ length: 5 + draw(4) }, () => 'aeioukstnhmr'[draw(12)]).join('')
  const text = () => Array.from({ length: 400 }, () => `${word()}の${latin()}、`).join('')
  const made = Array.from({ length: 100 }, (_, number) => ({
    id: `made-${number}`,
    url: `/made/${number}/`,
    title: `${word()} ${latin()}`,
    markdown: `## ${word()}\n\n${text()}`,
  }))
  return [...made, { id: 'coffee', url: '/coffee/', title: '珈琲の淹れ方', markdown: '## 抽出\n\nKilimanjaroをペーパーフィルターで濾す。' }]
}

const listed = () => JSON.parse(site.get('offline.json'))

/** Makes the host that of the site, but for `others`, by name. */
function publish(host, others = {}) {
  for (const [name, body] of [...site, ...Object.entries(others)]) {
    host.change(`/search/${name}`, () => ({ status: 200, body }))
  }
}

/** Publishes the site with its list changed. */
function publishList(host, change) {
  const list = listed()
  change(list)
  publish(host, { 'offline.json': Buffer.from(JSON.stringify(list)) })
}

onHost('a blog is saved in at most 25 requests, and read and searched without a network', async (page, host) => {
  publish(host)
  const { files, packs } = listed()
  assert.ok(files.length > 100, `${files.length} files`)
  host.asked.length = 0
  const { state, bytes, steps } = await save(page)
  assert.equal(state, 'saved')
  const asked = host.asked.filter(path => path.startsWith('/search/'))
  assert.ok(asked.length <= 25, `${asked.length} requests`)
  const shards = asked.filter(path => path.endsWith('.skn')).map(path => path.slice('/search/'.length))
  const packed = new Set(files.slice(0, packs.reduce((sum, [, , , count]) => sum + count, 0)).map(([name]) => name))
  assert.deepEqual(shards.filter(name => packed.has(name)), [])
  assert.ok(packs.every(([name]) => shards.includes(name)))
  // What it takes is what was sent, but for list and manifest.
  const sent = files.filter(([name]) => !packed.has(name)).concat(packs).reduce((sum, [, , bytes]) => sum + bytes, 0)
  assert.equal(bytes, sent)
  assert.deepEqual(steps.at(-1), { bytes, totalBytes: bytes })
  await host.off()
  await page.goto(`${host.address}coffee/`)
  await page.locator('[part=body][aria-busy=false] h2').first().waitFor()
  assert.equal(await page.locator('h1').textContent(), '珈琲の淹れ方')
  await search(page, '珈琲')
  assert.deepEqual(await titles(page), ['珈琲の淹れ方'])
  // A slip of the keys is found by a look through all lexica, which are one more file.
  await search(page, 'Kilimanjraro')
  assert.deepEqual(await titles(page), ['珈琲の淹れ方'])
})

onHost('what came in packs is what the files hold', async (page, host) => {
  publish(host)
  await save(page)
  const kept = await page.evaluate(async () => {
    const name = (await caches.keys()).find(name => !name.endsWith(' also'))
    const cache = await caches.open(name)
    const kept = []
    for (const request of await cache.keys()) {
      const bytes = new Uint8Array(await (await cache.match(request)).arrayBuffer())
      const text = Array.from(bytes, byte => String.fromCharCode(byte)).join('')
      kept.push([request.url.split('/').at(-1), btoa(text)])
    }
    return kept
  })
  const { files } = listed()
  const held = new Map(kept.map(([name, bytes]) => [name, Buffer.from(bytes, 'base64')]))
  let anew = 0
  for (const [name] of files) {
    if (held.get(name).equals(site.get(name))) continue
    assert.deepEqual(inflateRawSync(held.get(name)), inflateRawSync(site.get(name)), name)
    anew++
  }
  assert.ok(0 < anew && anew < files.length, `${anew} deflated anew`)
})

onHost('what is missing of a pack is fetched alone, if it is less', async (page, host) => {
  publish(host)
  await save(page)
  const [[name]] = listed().files
  await page.evaluate(async name => {
    for (const key of await caches.keys()) await (await caches.open(key)).delete(`/search/${name}`)
  }, name)
  host.asked.length = 0
  assert.equal((await save(page)).state, 'saved')
  assert.deepEqual(host.asked.filter(path => path.endsWith('.skn')), [`/search/${name}`])
})

/** Packs that are not what they should be, and lists that lie about them. */
const HOSTILE = {
  'a pack cut short': host => spoil(host, pack => pack.subarray(0, pack.length - 1)),
  'a pack that goes on': host => spoil(host, pack => Buffer.concat([pack, Buffer.alloc(1)])),
  'a damaged pack': host => spoil(host, pack => pack.fill(pack[9] ^ 1, 9, 10)),
  'a pack of another generation': host => spoil(host, () => site.get(listed().packs[1][0])),
  'a pack that can’t be had': host => publish(host) ?? host.change(`/search/${listed().packs[0][0]}`, () => ({ status: 404 })),
  'a pack whose hash fits, but not its code': host => {
    const body = Buffer.alloc(listed().packs[0][2], 0x55)
    publishList(host, ({ packs }) => packs[0].splice(1, 1, sha256(body)))
    host.change(`/search/${listed().packs[0][0]}`, () => ({ status: 200, body }))
  },
  'a pack of one file more': host => publishList(host, ({ packs }) => packs.at(-1)[3]++),
  'a pack of one file less': host => publishList(host, ({ packs }) => packs[0][3]--),
  'a pack of fewer than no files': host => publishList(host, ({ packs }) => packs[0].splice(3, 1, -1)),
  'a pack of more files than there are': host => publishList(host, ({ packs }) => packs.at(-1).splice(3, 1, 5000)),
  'a pack of another folder': host => publishList(host, ({ packs }) => packs[0].splice(0, 1, '../x.skn')),
}

function spoil(host, change) {
  const [name] = listed().packs[0]
  publish(host, { [name]: change(Buffer.from(site.get(name))) })
}

for (const [what, make] of Object.entries(HOSTILE)) {
  onHost(`${what} is refused, and what was saved before is read`, async (page, host) => {
    await save(page)
    const before = await call(page, 'saved')
    make(host)
    const { code, message } = await call(page, 'save')
    assert.equal(code, 'broken', message)
    assert.deepEqual(await call(page, 'saved'), before)
    // Without a network, the blog that was there.
    await host.off()
    await page.goto(`${host.address}posts/ja/zenbun-kensaku/`)
    await page.locator('[part=body][aria-busy=false] h2').first().waitFor()
    assert.match(await page.title(), /全文検索/)
  })
}
