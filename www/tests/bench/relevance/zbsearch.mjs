// zbsearch, a fork of Orama, with the words of Intl.Segmenter.

import { answering, load } from './orama.mjs'
import { words } from './words.mjs'

export async function open({ corpus, packages }) {
  const tokenizer = { language: 'japanese', normalizationCache: new Map(), tokenize: text => words(text) }
  return answering(await load(packages, 'zbsearch'), tokenizer, corpus)
}
