// The page that each engine is asked in: `start()` makes it ready, `ask(engine, text, limit)` gives
// hits with title, address and snippet. What a site loads with its pages is imported at once, what
// comes when a reader turns to the search box is imported by `start`.

import { build } from 'esbuild'

/** A page's script, by engine. */
const SCRIPTS = {
  sakuin: `
    import { open } from '/sakuin/index.js'
    window.start = () => open('/sakuin/')
    window.ask = async (search, text, limit) => (await search.query(text, { limit })).hits`,
  pagefind: `
    window.start = () => import('/pagefind/pagefind.js')
    window.ask = async (pagefind, text, limit) => {
      const { results } = await pagefind.search(text)
      return Promise.all(results.slice(0, limit).map(result => result.data()))
    }`,
  minisearch: `
    import MiniSearch from 'minisearch'
    import { answer, words } from './snippet.mjs'
    window.start = async () => {
      const json = await (await fetch('/minisearch/index.json')).text()
      return MiniSearch.loadJSON(json, { fields: ['title', 'text'], storeFields: ['title', 'url'], tokenize: words, processTerm: term => term })
    }
    window.ask = (index, text, limit) =>
      answer('/minisearch/text/', text, index.search(text, { boost: { title: 2 }, prefix: true }).slice(0, limit).map(hit => [hit.id, hit.title, hit.url]))`,
  flexsearch: `
    import { Index } from 'flexsearch'
    import { answer, words } from './snippet.mjs'
    window.start = async () => {
      const { parts, titles } = await (await fetch('/flexsearch/index.json')).json()
      const index = new Index({ tokenize: 'strict', encode: words })
      for (const [key, data] of parts) index.import(key, data)
      return { index, titles }
    }
    window.ask = ({ index, titles }, text, limit) =>
      answer('/flexsearch/text/', text, index.search(text, { limit, suggest: true }).map(at => [at, ...titles[at]]))`,
  lunr: `
    import lunr from 'lunr'
    import support from 'lunr-languages/lunr.stemmer.support'
    import tinyseg from 'lunr-languages/tinyseg'
    import ja from 'lunr-languages/lunr.ja'
    import multi from 'lunr-languages/lunr.multi'
    import { answer } from './snippet.mjs'
    for (const part of [support, tinyseg, ja, multi]) part(lunr)
    lunr.multiLanguage('en', 'ja')
    window.start = async () => {
      const { index, titles } = await (await fetch('/lunr/index.json')).json()
      return { index: lunr.Index.load(index), titles }
    }
    window.ask = ({ index, titles }, text, limit) => {
      const found = index.query(query => {
        for (const token of lunr.ja.tokenizer(text)) query.term(token.toString(), {})
      })
      return answer('/lunr/text/', text, found.slice(0, limit).map(({ ref }) => [ref, ...titles[ref]]))
    }`,
}

/** The script of an engine's page, bundled and made small where it holds a library. */
export async function script(engine, peers) {
  if (engine === 'sakuin' || engine === 'pagefind') return SCRIPTS[engine]
  const { outputFiles } = await build({
    stdin: { contents: SCRIPTS[engine], resolveDir: new URL('.', import.meta.url).pathname },
    nodePaths: [`${peers}/node_modules`],
    bundle: true,
    minify: true,
    format: 'esm',
    write: false,
  })
  return outputFiles[0].text
}
