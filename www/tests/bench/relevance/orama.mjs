// Orama, with its tokenizer of Japanese.

import { pathToFileURL } from 'node:url'
import { readJsonLines } from './files.mjs'

export async function open({ corpus, packages }) {
  const { create, insertMultiple, search } = await load(packages, '@orama/orama')
  const { createTokenizer } = await load(packages, '@orama/tokenizers/japanese')
  return answering({ create, insertMultiple, search }, await createTokenizer({ language: 'japanese' }), corpus)
}

/** A package of the peers, as a module. */
export function load(packages, name) {
  return import(pathToFileURL(packages.resolve(name)).href)
}

/** An engine with Orama's interface, and with `tokenizer`. */
export async function answering({ create, insertMultiple, search }, tokenizer, corpus) {
  const database = await create({ schema: { title: 'string', text: 'string' }, components: { tokenizer } })
  const posts = readJsonLines(corpus)
  await insertMultiple(database, posts.map(({ id, title, text }) => ({ id, title, text })), 500)
  return {
    async answer(queries, limit) {
      const answers = new Map()
      for (const { id, text } of queries) {
        const asked = { term: text, boost: { title: 2 }, limit: limit || posts.length, threshold: limit === 0 ? 0 : 1 }
        const { hits } = await search(database, asked)
        answers.set(id, hits.map(({ id }) => ({ id })))
      }
      return answers
    },
    close() {},
  }
}
