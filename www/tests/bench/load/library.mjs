// Builds the index of a peer that is a library: `node library.mjs NAME POSTS OUT`.
//
// OUT gets `index.json`, which a page loads whole, and `text/N.json` for each post's snippet.

import { mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { readJsonLines } from '../relevance/files.mjs'
import { words } from '../relevance/words.mjs'

const packages = createRequire(join(process.env.SAKUIN_PEERS, 'package.json'))
const [name, path, out] = process.argv.slice(2)
const posts = readJsonLines(path)

/** What the page loads: the index, with titles and addresses. */
const MAKERS = {
  minisearch() {
    const MiniSearch = packages('minisearch')
    const index = new MiniSearch({ fields: ['title', 'text'], storeFields: ['title', 'url'], tokenize: words, processTerm: term => term })
    index.addAll(posts)
    return JSON.stringify(index)
  },
  flexsearch() {
    const { Index } = packages('flexsearch')
    const index = new Index({ tokenize: 'strict', encode: words })
    posts.forEach(({ title, text }, at) => index.add(at, `${title}\n${text}`))
    const parts = []
    index.export((key, data) => parts.push([key, data]))
    return JSON.stringify({ parts, titles: posts.map(({ title, url }) => [title, url]) })
  },
  lunr() {
    const lunr = packages('lunr')
    for (const part of ['lunr.stemmer.support', 'tinyseg', 'lunr.ja', 'lunr.multi']) packages(`lunr-languages/${part}`)(lunr)
    const index = lunr(function () {
      this.use(lunr.multiLanguage('en', 'ja'))
      this.tokenizer = lunr.ja.tokenizer
      this.ref('id')
      this.field('title', { boost: 2 })
      this.field('text')
      for (const post of posts) this.add(post)
    })
    return JSON.stringify({ index, titles: posts.map(({ title, url }) => [title, url]) })
  },
}

mkdirSync(join(out, 'text'), { recursive: true })
writeFileSync(join(out, 'index.json'), MAKERS[name]())
posts.forEach(({ text }, at) => writeFileSync(join(out, 'text', `${at}.json`), JSON.stringify(text)))
