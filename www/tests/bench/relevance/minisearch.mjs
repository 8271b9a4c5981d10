// MiniSearch, with the words of Intl.Segmenter: prefixes and typos as its documentation shows them.

import { readJsonLines } from './files.mjs'
import { answers, words } from './words.mjs'

export async function open({ corpus, packages }) {
  const MiniSearch = packages('minisearch')
  const index = new MiniSearch({
    fields: ['title', 'text'],
    tokenize: words,
    processTerm: term => term,
    searchOptions: { boost: { title: 2 }, prefix: term => term.length > 2, fuzzy: term => (term.length > 3 ? 0.2 : false) },
  })
  index.addAll(readJsonLines(corpus))
  return {
    async answer(queries, limit) {
      const combineWith = limit === 0 ? 'AND' : 'OR'
      return answers(queries, limit, text => index.search(text, { combineWith }).map(({ id }) => id))
    },
    close() {},
  }
}
