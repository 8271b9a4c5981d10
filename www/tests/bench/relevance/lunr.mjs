// Lunr, with lunr-languages: its English and its Japanese, which TinySegmenter cuts.

import { readJsonLines } from './files.mjs'
import { answers } from './words.mjs'

export async function open({ corpus, packages }) {
  const lunr = packages('lunr')
  for (const part of ['lunr.stemmer.support', 'tinyseg', 'lunr.ja', 'lunr.multi']) packages(`lunr-languages/${part}`)(lunr)
  const tokenizer = lunr.ja.tokenizer
  const index = lunr(function () {
    this.use(lunr.multiLanguage('en', 'ja'))
    this.tokenizer = tokenizer
    this.ref('id')
    this.field('title', { boost: 2 })
    this.field('text')
    for (const post of readJsonLines(corpus)) this.add(post)
  })
  return {
    async answer(queries, limit) {
      const presence = limit === 0 ? lunr.Query.presence.REQUIRED : lunr.Query.presence.OPTIONAL
      return answers(queries, limit, text => {
        const found = index.query(query => {
          for (const token of tokenizer(text)) query.term(token.toString(), { presence })
        })
        return found.map(({ ref }) => ref)
      })
    },
    close() {},
  }
}
