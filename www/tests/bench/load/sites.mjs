// Sites of five sizes, and what is asked of them.
//
// 40, 837 and 9,569 posts are real: the newest 40 of a blog, all of it, and a technical manual.
// 30,000 and 100,000 are made: each post has a title and three to nine paragraphs drawn from all
// Japanese sites, and three identifiers of its own, so that the vocabulary goes on growing.

import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { once, readJsonLines } from '../relevance/files.mjs'
import { pick, random, sample } from '../relevance/random.mjs'

/** Sites by their number of posts. */
export const SIZES = [40, 837, 9569, 30_000, 100_000]

/** How many queries are asked of a site. */
const QUERIES = 100

const BLOG = 'efcl-blog-ja/md'
const MANUAL = 'ms-cpp-ja/md'
/** What made posts are drawn from. */
export const QUARRY = ['efcl-blog-ja', 'js-primer-ja', 'survival-typescript-ja', 'rust-book-ja', 'vue-docs-ja', 'vim-jp-ja', 'ms-cpp-ja']

/** The content of the site with so many posts: a folder, or a file of JSON lines. */
export function contentOf(posts, { corpora, work }) {
  if (posts === 837) return join(corpora, BLOG)
  if (posts === 9569) return join(corpora, MANUAL)
  return posts < 837 ? newest(posts, corpora, work) : made(posts, corpora, work)
}

function newest(posts, corpora, work) {
  const out = join(work, `content-${posts}`, '_posts')
  if (existsSync(out)) return join(out, '..')
  mkdirSync(out, { recursive: true })
  const files = filesBelow(join(corpora, BLOG, '_posts'))
  for (const file of files.sort((a, b) => (basename(a) < basename(b) ? 1 : -1)).slice(0, posts)) copyFileSync(file, join(out, basename(file)))
  return join(out, '..')
}

function made(posts, corpora, work) {
  const out = join(work, `content-${posts}.jsonl`)
  if (existsSync(out)) return out
  const files = QUARRY.flatMap(name => filesBelow(join(corpora, name, 'md')))
  const paragraphs = []
  const titles = []
  for (const file of files) {
    const text = readFileSync(file, 'utf8').replace(/^---[\s\S]*?\n---\n/, '').replace(/^```[\s\S]*?^```/gm, '')
    for (const part of text.split(/\n\s*\n/)) {
      const heading = /^#+ (.{4,40})$/.exec(part.trim())
      if (heading) titles.push(heading[1])
      else if (part.length > 40 && part.length < 1500 && !/^[|<\[{-]/.test(part.trim())) paragraphs.push(part.trim())
    }
  }
  const next = random(`posts ${posts}`)
  const name = () => Array.from({ length: 3 }, () => pick(next, SYLLABLES)).join('')
  const lines = []
  for (let at = 0; at < posts; at++) {
    const body = Array.from({ length: 3 + Math.floor(next() * 7) }, () => pick(next, paragraphs))
    body.push([name(), name(), name()].map(word => `\`${word}\``).join(' '))
    const date = new Date(Date.UTC(2010, 0, 1) + at * 3_600_000).toISOString()
    lines.push(JSON.stringify({ id: `p${at}`, title: pick(next, titles), markdown: body.join('\n\n'), url: `/p/${at}/`, date, lang: 'ja' }))
  }
  mkdirSync(work, { recursive: true })
  writeFileSync(out, lines.join('\n'))
  return out
}

const SYLLABLES = 'get set open read write node list map run scan find text view item code line page key hash tree'.split(' ')

function filesBelow(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  return entries.filter(entry => entry.isFile() && entry.name.endsWith('.md')).map(entry => join(entry.parentPath, entry.name)).sort()
}

/** What is asked: link texts of the site where such are known, else words of titles. */
export async function queriesOf(posts, titles, { sets, work }) {
  const set = { 837: 'site-efcl-ja', 9569: 'site-ms-cpp-ja' }[posts]
  const next = random(`queries ${posts}`)
  if (set) return sample(next, readJsonLines(join(sets, set, 'queries.jsonl')), QUERIES).map(({ text }) => text)
  const kept = join(work, `queries-${posts}.jsonl`)
  return once(kept, async () => Array.from({ length: QUERIES }, () => ofTitle(next, pick(next, titles))))
}

const segmenter = new Intl.Segmenter('ja', { granularity: 'word' })

/** One or two words of a title, as they stand there. */
function ofTitle(next, title) {
  const words = [...segmenter.segment(title)]
  const starts = words.flatMap(({ isWordLike, segment }, at) => (isWordLike && segment.length > 1 ? [at] : []))
  if (starts.length === 0) return title
  const from = pick(next, starts)
  const to = next() < 0.5 ? from + 1 : from + 3
  return words.slice(from, to).map(({ segment }) => segment).join('').trim()
}
