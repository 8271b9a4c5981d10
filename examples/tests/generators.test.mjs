// The drop-ins for static site generators, on the demo blog, with the generators themselves where
// the machine has them: the search page they make finds a post of the generator's own.
// `SAKUIN_BUILDER` is the path of `sakuin`.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { extname, join } from 'node:path'
import { after, test } from 'node:test'
import { inBrowser, search, titles } from '../../www/tests/browser/harness.mjs'
import { examples, install, pack, workFolder, www } from './pack.mjs'

const content = join(www, 'demo/content')
const folder = workFolder('generators')

/** Whether `program` is there. */
function has(program) {
  return process.env.PATH.split(':').some(folder => existsSync(join(folder, program)))
}

function write(folder, files) {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
}

function run(program, options, cwd) {
  try {
    execFileSync(program, options, { cwd, stdio: 'pipe', encoding: 'utf8' })
  } catch ({ stdout, stderr, message }) {
    throw new Error(`${message}\n${stdout}${stderr}`)
  }
}

const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.wasm': 'application/wasm' }

/** Serves `site` below `/blog/`, as a project page of many hosts. */
async function serve(site) {
  const server = createServer(({ url }, answer) => {
    const path = decodeURIComponent(new URL(url, 'http://host/').pathname).replace(/^\/blog\//, '')
    const file = join(site, path.endsWith('/') || path === '' ? `${path}index.html` : path)
    if (!existsSync(file)) return answer.writeHead(404).end()
    answer.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' }).end(readFileSync(file))
  })
  await new Promise(done => server.listen(0, '127.0.0.1', done))
  after(() => server.close())
  return `http://127.0.0.1:${server.address().port}/blog/`
}

const BASE = 'https://blog.example/blog/'

/** Makes the Hugo site, with a theme of PaperMod's conventions. */
function hugo() {
  const site = join(folder, 'hugo')
  write(site, {
    'hugo.toml': `baseURL = "${BASE}"
title = "索引帖"
languageCode = "ja"
defaultContentLanguage = "ja"
theme = ["sakuin", "paper"]
[params.sakuin]
open = "navigate"
hotkey = "s"
offline = true
recent = 3
`,
    'content/search.md': '---\ntitle: 検索\nlayout: search\n---\n',
    'themes/paper/layouts/_default/baseof.html':
      '<!doctype html><html lang="ja"><meta charset="utf-8"><title>{{ .Title }}</title><main>{{ block "main" . }}{{ end }}</main></html>',
    'themes/paper/layouts/_default/single.html': '{{ define "main" }}<h1>{{ .Title }}</h1>{{ .Content }}{{ end }}',
    'themes/paper/layouts/_default/list.html': '{{ define "main" }}{{ range .Pages }}{{ .Title }}{{ end }}{{ end }}',
    // Hugo has it since 0.140.
    'themes/paper/layouts/shortcodes/details.html': '<details><summary>{{ .Get "summary" }}</summary>{{ .Inner }}</details>',
    'themes/paper/layouts/_default/search.html': '{{ define "main" }}<p>the search of the theme</p>{{ end }}',
  })
  cpSync(content, join(site, 'content'), { recursive: true })
  cpSync(join(examples, 'hugo'), join(site, 'themes/sakuin'), { recursive: true })
  run('hugo', ['--quiet', '--config', 'hugo.toml'], site)
  run(process.env.SAKUIN_BUILDER, ['build', 'content', '--out', 'public/sakuin'], site)
  return join(site, 'public')
}

/** The demo's posts as Jekyll wants them named. */
function jekyll() {
  const site = join(folder, 'jekyll')
  write(site, {
    '_config.yml': `title: 索引帖\nlang: ja\nurl: https://blog.example\nbaseurl: /blog\npermalink: /:title/\n`,
    '_layouts/default.html':
      '<!doctype html><html lang="ja"><meta charset="utf-8"><title>{{ page.title }}</title><main>{{ content }}</main></html>',
    'search.html': '---\nlayout: default\ntitle: 検索\npermalink: /search/\n---\n<h1>検索</h1>\n{% include sakuin.html %}\n',
    '_posts/2024-11-03-zenbun-kensaku.md': readFileSync(join(content, 'posts/ja/zenbun-kensaku.md')),
    '_posts/2022-06-11-bicycle.md': readFileSync(join(content, 'posts/ja/bicycle.md')),
  })
  cpSync(join(examples, 'jekyll/_includes'), join(site, '_includes'), { recursive: true })
  run('jekyll', ['build', '--quiet'], site)
  run(process.env.SAKUIN_BUILDER, ['build', '.', '--out', '_site/sakuin'], site)
  return join(site, '_site')
}

/** A site of Zola. */
function zola() {
  const site = join(folder, 'zola')
  const body = readFileSync(join(content, 'posts/ja/zenbun-kensaku.md'), 'utf8').split('\n---\n').slice(1).join('\n---\n')
  const base = '<!doctype html><html lang="ja"><meta charset="utf-8"><title>x</title><main>'
  write(site, {
    'config.toml': `base_url = "${BASE}"\ndefault_language = "ja"\n`,
    'content/zenbun-kensaku.md': `+++\ntitle = "全文検索はどのように動くのか"\n+++\n${body}`,
    'content/search.md': '+++\ntitle = "検索"\ntemplate = "search.html"\n+++\n',
    'templates/index.html': `${base}</main></html>`,
    'templates/page.html': `${base}{{ page.content | safe }}</main></html>`,
    'templates/search.html': `${base}<h1>検索</h1>{% include "sakuin.html" %}</main></html>`,
  })
  cpSync(join(examples, 'zola/templates/sakuin.html'), join(site, 'templates/sakuin.html'))
  run('zola', ['build'], site)
  run(process.env.SAKUIN_BUILDER, ['build', 'content', '--out', 'public/sakuin'], site)
  return join(site, 'public')
}

/** A site of Astro, whose pages are those of its content. */
function astro() {
  const site = join(folder, 'astro')
  cpSync(join(examples, 'astro'), site, { recursive: true })
  const page = (imports, body) => `---\n${imports}\n---\n<!doctype html><html lang="ja"><meta charset="utf-8"><title>x</title><main>${body}</main></html>`
  write(site, {
    'astro.config.mjs': `export default { site: '${BASE}', base: '/blog' }`,
    'sakuin.toml': `base_url = "${BASE}"\n`,
    'src/content.config.mjs': `import { defineCollection } from 'astro:content'
import { glob } from 'astro/loaders'
export const collections = { posts: defineCollection({ loader: glob({ pattern: '*.md', base: 'src/content/posts' }) }) }
`,
    'src/content/posts/zenbun-kensaku.md': readFileSync(join(content, 'posts/ja/zenbun-kensaku.md')),
    'src/pages/search.astro': page(`import Search from '../components/Search.astro'`, '<h1>検索</h1><Search open="navigate" />'),
    'src/pages/posts/[id].astro': page(
      `import { getCollection, render } from 'astro:content'
export const getStaticPaths = async () => (await getCollection('posts')).map(post => ({ params: { id: post.id }, props: post }))
const { Content } = await render(Astro.props)`,
      '<Content />',
    ),
  })
  install(pack(folder), folder)
  process.env.ASTRO_TELEMETRY_DISABLED = '1'
  run(join(examples, 'node_modules/.bin/astro'), ['build', '--silent'], site)
  run(process.env.SAKUIN_BUILDER, ['build', 'src/content', '--out', 'dist/sakuin'], site)
  return join(site, 'dist')
}

for (const [name, make] of Object.entries({ hugo, jekyll, zola, astro })) {
  if (make !== astro && !has(name)) {
    test(`the drop-in for ${name}`, { skip: `${name} is not installed` })
    continue
  }
  inBrowser(
    `the drop-in for ${name} finds a post of the site, at the address of the generator`,
    async page => {
      const site = make()
      const address = await serve(site)
      // Its links are absolute, to where the site will be.
      await page.route(`${BASE}**`, async route => {
        const response = await fetch(route.request().url().replace(BASE, address))
        const type = response.headers.get('content-type') ?? ''
        await route.fulfill({ status: response.status, body: Buffer.from(await response.arrayBuffer()), contentType: type })
      })
      await page.goto(`${BASE}search/`)
      await page.waitForFunction(() => customElements.get('sakuin-search'))
      await search(page, '全文検索')
      assert.match((await titles(page))[0], /全文検索/)
      const href = await page.locator('[part=option]').first().getAttribute('href')
      assert.equal((await page.evaluate(async href => (await fetch(href)).status, href)), 200, href)
      if (name !== 'hugo') return
      assert.ok(!(await page.content()).includes('the search of the theme'))
      const box = page.locator('sakuin-search')
      assert.deepEqual(
        await box.evaluate(element => ['open', 'hotkey', 'offline', 'recent', 'src'].map(each => element.getAttribute(each))),
        ['navigate', 's', '', '3', '/blog/sakuin/'],
      )
    },
    { timeout: 120_000 },
  )
}
