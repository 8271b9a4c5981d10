// FlexSearch, with the words of Intl.Segmenter: of its fields the title comes first.

import { readJsonLines } from './files.mjs'
import { answers, words } from './words.mjs'

export async function open({ corpus, packages }) {
  const { Document } = packages('flexsearch')
  const posts = readJsonLines(corpus)
  const index = new Document({
    document: { id: 'at', index: ['title', 'text'] },
    tokenize: 'forward',
    resolution: 9,
    encode: words,
  })
  posts.forEach(({ title, text }, at) => index.add({ at, title, text }))
  return {
    async answer(queries, limit) {
      const options = { limit: limit === 0 ? posts.length : limit, suggest: limit !== 0 }
      return answers(queries, limit, text => {
        const places = index.search(text, options).flatMap(({ result }) => result)
        return [...new Set(places)].map(at => posts[at].id)
      })
    },
    close() {},
  }
}
