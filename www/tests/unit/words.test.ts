import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Hit } from '../../src/types.js'
import { markWords, matchedWords } from '../../src/words.js'

function hit(...words: string[]): Hit {
  const snippet = words.map(text => ({ text, matched: true }))
  return { id: '', url: '', title: '', tags: [], score: 0, tier: '', snippet, sections: [] }
}

const found = (text: string, ...words: string[]): string[] =>
  markWords(text, matchedWords(hit(...words))).filter(part => part.matched).map(part => part.text)

test('the parts are the text', () => {
  const text = '全文検索エンジンの検索'
  const parts = markWords(text, matchedWords(hit('検索')))
  assert.equal(parts.map(part => part.text).join(''), text)
  assert.deepEqual(parts.map(part => part.matched), [false, true, false, true])
})

test('the longest word wins', () => {
  assert.deepEqual(found('検索エンジン', '検索', '検索エンジン'), ['検索エンジン'])
})

test('Latin words begin at a word, in either case', () => {
  assert.deepEqual(found('Art, start, arts', 'art'), ['Art', 'art'])
})

test('Latin beside Japanese is a word', () => {
  assert.deepEqual(found('全文wasm検索', 'wasm'), ['wasm'])
})

test('signs stand for themselves', () => {
  assert.deepEqual(found('C++ (a.b) [x] $1 a/b-c', 'C++', '(a.b)', '[x]', '$1', 'a/b-c'), [
    'C++',
    '(a.b)',
    '[x]',
    '$1',
    'a/b-c',
  ])
})

test('nothing matched, nothing marked', () => {
  assert.equal(matchedWords(hit('', ' ')), undefined)
  assert.deepEqual(markWords('text', undefined), [{ text: 'text', matched: false }])
})
