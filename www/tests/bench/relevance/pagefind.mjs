// Pagefind: its index of one page a post, asked in Chromium.

import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium } from 'playwright-core'
import { serve } from '../server.mjs'
import { readJsonLines } from './files.mjs'

const JAPANESE = /\p{sc=Hiragana}/u

export async function open({ corpus, folder, packages }) {
  const posts = readJsonLines(corpus)
  const site = join(folder, 'site')
  rmSync(folder, { recursive: true, force: true })
  const lang = posts.some(({ title, text }) => JAPANESE.test(title + text)) ? 'ja' : 'en'
  posts.forEach((post, at) => writePage(join(site, String(at)), post, lang))
  await index(packages, site)
  const server = await serve({ '/': site })
  const browser = await chromium.launch({ executablePath: process.env.SAKUIN_CHROMIUM, args: ['--no-sandbox'] })
  const page = await browser.newPage()
  writeFileSync(join(site, 'index.html'), `<!doctype html><html lang="${lang}"><title>bench</title>`)
  await page.goto(server.address)
  await page.evaluate(async () => {
    window.pagefind = await import('/pagefind/pagefind.js')
    await window.pagefind.init()
  })
  return {
    async answer(queries, limit) {
      const answers = new Map()
      for (const { id, text } of queries) {
        const urls = await page.evaluate(ask, { text, limit })
        answers.set(id, urls.map(url => ({ id: posts[Number(url.split('/').at(-2))].id })))
      }
      return answers
    },
    async close() {
      await browser.close()
      await server.close()
    },
  }
}

async function ask({ text, limit }) {
  const { results } = await window.pagefind.search(text)
  const data = await Promise.all(results.slice(0, limit || results.length).map(result => result.data()))
  return data.map(({ raw_url, url }) => raw_url ?? url)
}

/** Indexes the pages below `site`, as its documentation tells it. */
async function index(packages, site) {
  const { createIndex, close } = await import(pathToFileURL(join(packages.resolve.paths('pagefind')[0], 'pagefind/lib/index.js')).href)
  const made = await createIndex({})
  const added = await made.index.addDirectory({ path: site })
  const written = await made.index.writeFiles({ outputPath: join(site, 'pagefind') })
  const errors = [...made.errors, ...added.errors, ...written.errors]
  await close()
  if (errors.length > 0) throw new Error(`pagefind: ${errors.join(', ')}`)
}

// All pages of a set are of one language: Pagefind asks only those in that of the asking page.
function writePage(folder, post, lang) {
  mkdirSync(folder, { recursive: true })
  const lines = post.text.split('\n').map(line => `<p>${escaped(line)}</p>`)
  const head = `<!doctype html><html lang="${lang}"><meta charset="utf-8"><title>${escaped(post.title)}</title>`
  writeFileSync(join(folder, 'index.html'), `${head}<body><main data-pagefind-body><h1>${escaped(post.title)}</h1>${lines.join('')}</main>`)
}

function escaped(text) {
  return text.replace(/[&<>"]/g, char => `&#${char.charCodeAt(0)};`)
}
