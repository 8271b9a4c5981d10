// Each example is built from the packed tarball and opened in Chromium: it finds a post, with the
// engine in a worker, and opens it. `SAKUIN_DEMO` is where the demo blog is served.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { extname, join } from 'node:path'
import { after, test } from 'node:test'
import { demo, inBrowser, search, titles } from '../../www/tests/browser/harness.mjs'
import { buildExample, install, pack, workFolder } from './pack.mjs'

const folder = workFolder('bundlers')
install(pack(folder), folder)

/** One after the other: each of them takes all processors. */
const outputs = new Map()
let built = Promise.resolve()
for (const name of ['vite', 'webpack', 'parcel', 'esbuild', 'rolldown', 'react', 'vue']) {
  built = built.then(async () => outputs.set(name, await buildExample(name, folder).catch(error => error)))
}

const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.wasm': 'application/wasm' }

/** Serves `output` at the root, and the demo's index below `/search/`. */
async function serve(output) {
  const server = createServer(async ({ url }, answer) => {
    const { pathname } = new URL(url, demo)
    if (pathname.startsWith('/search/')) {
      const response = await fetch(new URL(pathname, demo))
      answer.writeHead(response.status).end(Buffer.from(await response.arrayBuffer()))
      return
    }
    const file = pathname === '/' ? '/index.html' : pathname
    try {
      const body = readFileSync(join(output, file))
      answer.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' }).end(body)
    } catch {
      answer.writeHead(404).end()
    }
  })
  await new Promise(done => server.listen(0, '127.0.0.1', done))
  after(() => server.close())
  return `http://127.0.0.1:${server.address().port}/`
}

for (const name of ['vite', 'webpack', 'parcel', 'esbuild', 'rolldown', 'react', 'vue']) {
  inBrowser(
    `the example of ${name} finds a post and opens it`,
    async page => {
      await built
      const output = outputs.get(name)
      if (output instanceof Error) throw output
      const address = await serve(output)
      const asked = []
      page.on('request', request => asked.push(new URL(request.url()).pathname))
      const said = []
      page.on('console', message => said.push(message.text()))
      await page.goto(address)
      await search(page, '全文検索')
      assert.match((await titles(page))[0], /全文検索/)
      assert.equal(page.workers().length, 1, `a worker searches: ${said}`)
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('Enter')
      await page.locator('[part=reader][open] [part=body][aria-busy=false] h2').first().waitFor()
      assert.deepEqual(said.filter(text => text.includes('sakuin')), [])
      if (name === 'esbuild') assert.ok(asked.includes('/engine/search.wasm') && asked.includes('/engine/worker.js'), 'as the attributes say')
      if (name === 'react' || name === 'vue') assert.match(await page.locator('output').innerText(), /^\d+$/)
      if (name === 'react') assert.equal(await page.getByRole('combobox').getAttribute('placeholder'), 'React から検索')
    },
    { timeout: 180_000 },
  )
}

test('a bundle holds no second engine in its first script', async () => {
  await built
  const main = readFileSync(join(outputs.get('esbuild'), 'main.js'), 'utf8')
  assert.ok(!main.includes('manifest_body_bytes'))
})
