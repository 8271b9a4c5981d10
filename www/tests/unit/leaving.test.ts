import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressWithText, textToFind } from '../../src/leaving.js'
import type { Hit, SnippetPart } from '../../src/types.js'

/** A snippet in which what stands between `[` and `]` is matched. */
function snippet(written: string): SnippetPart[] {
  const parts = written.split(/[[\]]/).map((text, at) => ({ text, matched: at % 2 === 1 }))
  return parts.filter(({ text }) => text !== '')
}

const hit = (written: string): Hit => ({
  id: 'a.md',
  url: '/a/',
  title: '',
  tags: [],
  score: 1,
  tier: '',
  snippet: snippet(written),
  sections: [{ heading: '見出し', anchor: '見出し', snippet: snippet('節の[言葉]') }],
})

test('a matched run is widened to whole words, in both scripts', () => {
  const cases = [
    ['to [satur]ate a term', 'saturate'],
    ['全文[検]索の話', '検索'],
    ['[全文][検索]エンジン', '全文検索'],
    ['the [inverted] index', 'inverted'],
    ['ends with [wor]', 'wor'],
  ] as const
  for (const [written, text] of cases) assert.equal(textToFind(snippet(written), 'ja'), text, written)
})

test('without a matched run, or with one too long for a page’s address, there is no text', () => {
  assert.equal(textToFind(snippet('nothing here'), 'en'), undefined)
  assert.equal(textToFind(snippet(`[${'a'.repeat(200)}]`), 'en'), undefined)
})

test('an address keeps its anchor, and a hyphen parts nothing', () => {
  assert.equal(addressWithText('https://a.example/a/', hit('a [half-width] kana'), undefined, 'en'), 'https://a.example/a/#:~:text=half%2Dwidth')
  const section = addressWithText('https://a.example/a/#x', hit('[front]'), '見出し', 'ja')
  assert.equal(section, `https://a.example/a/#x:~:text=${encodeURIComponent('言葉')}`)
})
