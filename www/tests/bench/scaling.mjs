// How an index grows: each part's law fitted to measured sites, and followed to ten million posts.
//
// `node scaling.mjs [--images DIR]`; `cargo xtask bench scaling` calls it with the places set:
// `SAKUIN_PROGRAM`, `SAKUIN_CORPORA` and `SAKUIN_WORK`. It prints the tables of docs/scaling.md,
// and draws its plots.

import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { lines } from './lines.mjs'
import { contentOf, QUARRY } from './load/sites.mjs'
import { random } from './relevance/random.mjs'

const { values: options } = parseArgs({ options: { images: { type: 'string' } } })
const { SAKUIN_PROGRAM: program, SAKUIN_CORPORA: corpora, SAKUIN_WORK: own } = process.env
const work = join(own, 'scaling')
mkdirSync(work, { recursive: true })

/** Nested samples of real posts, whose vocabulary grows as it does. */
const SAMPLES = [250, 500, 1000, 2000, 4000, 8000]
/** Made posts, whose words come from a closed stock: for all but the terms. */
const MADE = [3000, 10_000, 30_000]
const FUTURE = [1000, 10_000, 100_000, 1_000_000, 10_000_000]

const real = samples().map(measured)
const made = MADE.map(posts => ({ posts, content: contentOf(posts, { corpora, work }) })).map(measured)
const laws = fit()
const future = FUTURE.map(simulated)

table('Measured', [...real, ...made], {
  posts: row => row.posts,
  of: row => row.kind,
  terms: row => row.terms,
  postings: row => row.postings,
  'bits a posting': row => ((row.bytes.postings * 8) / row.postings).toFixed(2),
  'bytes a term': row => (row.bytes.lexicon / row.terms).toFixed(2),
  'root, B': row => row.bytes.root,
  'law says': row => Math.round(laws.root(row.posts, row.shards, row.blocks)),
  'posts, B a post': row => (row.bytes.posts / row.posts).toFixed(1),
  files: row => row.files,
})
console.log(`\nterms = ${laws.heaps.factor.toFixed(1)} · posts^${laws.heaps.power.toFixed(3)} (Heaps), over ${real.length} samples, worst error ${percent(laws.heaps.worst)}`)
console.log(`postings a post = ${laws.postings.factor.toFixed(1)} · posts^${laws.postings.power.toFixed(3)}`)
console.log(`bits a posting = ${laws.bits.start.toFixed(2)} + ${laws.bits.slope.toFixed(2)} · log2(posts)`)
console.log(`root = ${laws.weights.map((weight, at) => `${weight.toFixed(2)} · ${['posts', 'shards', 'blocks'][at]}`).join(' + ')}, worst error ${percent(laws.rootWorst)}`)
table('Followed', future, {
  posts: row => row.posts.toLocaleString('en'),
  terms: row => size(row.terms),
  lexicon: row => bytes(row.lexicon),
  postings: row => bytes(row.postings),
  root: row => bytes(row.root),
  files: row => size(row.files),
  'cold, one level': row => bytes(row.one),
  'cold, two levels': row => bytes(row.two),
  'of it lists': row => bytes(row.lists),
})
if (options.images) draw(options.images)

/** The law of each part. */
function fit() {
  const heaps = power(real.map(row => [row.posts, row.terms]))
  const postings = power(real.map(row => [row.posts, row.postings / row.posts]))
  const bits = line(made.map(row => [Math.log2(row.posts), (row.bytes.postings * 8) / row.postings]))
  const rows = [...real, ...made].filter(row => row.shards > 0)
  const weights = leastSquares(rows.map(row => [row.posts, row.shards, row.blocks]), rows.map(row => row.bytes.root))
  const root = (...counts) => counts.reduce((sum, count, at) => sum + count * weights[at], 0)
  const worst = Math.max(...rows.map(row => Math.abs(root(row.posts, row.shards, row.blocks) / row.bytes.root - 1)))
  const bytesOfTerm = mean(real, row => row.bytes.lexicon / row.terms)
  const bytesOfPost = mean(real, row => row.bytes.posts / row.posts)
  const textOfPost = mean(real, row => row.bytes.text / row.posts)
  return { heaps, postings, bits, weights, root, rootWorst: worst, bytesOfTerm, bytesOfPost, textOfPost }
}

/**
 * A site of so many posts by these laws, cut as `index-builder/src/encode.rs` cuts it. What a query
 * reads was measured with `examples/cold.rs`: five shards of terms, five of posts, 47 KB of text.
 */
function simulated(posts) {
  const terms = laws.heaps.factor * posts ** laws.heaps.power
  // From the sizes that were sampled on, a post has as many terms as another.
  const perPost = laws.postings.factor * Math.min(posts, SAMPLES.at(-1)) ** laws.postings.power
  const bits = laws.bits.start + laws.bits.slope * Math.log2(posts)
  const lexicon = terms * laws.bytesOfTerm
  const postings = (posts * perPost * bits) / 8
  const shardBytes = Math.max(2048, Math.sqrt(4 * (lexicon + postings)))
  const shardPosts = Math.max(32, Math.sqrt(posts / 6))
  const blocks = Math.min((posts * laws.textOfPost) / 6400, 400 + posts * 0.18)
  const shards = (lexicon + postings) / shardBytes + posts / shardPosts
  const root = laws.root(posts, shards, blocks)
  // A word that stands in one post of ten, told in four bits: more than a shard.
  const lists = Math.max(0, ((posts / 10) * 4) / 8 - shardBytes)
  const rest = 5 * shardBytes + 5 * shardPosts * laws.bytesOfPost + 47_000 + lists
  // Two levels: pages of the directory, of which a query reads ten, and 24 bytes for each above.
  // The lengths of posts then stand with the postings, 5 bits in each.
  const pages = Math.max(0, root - laws.weights[0] * posts)
  const two = 2 * Math.sqrt(10 * 24 * pages) + rest + (5 * shardBytes + lists) * (5 / bits)
  return { posts, terms, lexicon, postings, root, files: shards + blocks, one: root + rest, two, lists }
}

/** Real posts of all sites, shuffled, as files of JSON lines, each a beginning of the next. */
function samples() {
  const next = random('scaling')
  const files = QUARRY.flatMap(name => filesBelow(join(corpora, name, 'md')))
  for (let at = files.length - 1; at > 0; at--) {
    const other = Math.floor(next() * (at + 1))
    ;[files[at], files[other]] = [files[other], files[at]]
  }
  const posts = files.slice(0, SAMPLES.at(-1)).map((path, at) => {
    const text = readFileSync(path, 'utf8')
    const [, front = '', body = text] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(text) ?? []
    const title = /^title:\s*["']?(.*?)["']?\s*$/m.exec(front)?.[1] ?? /^#+ (.*)$/m.exec(body)?.[1] ?? ''
    return JSON.stringify({ id: `p${at}`, title, markdown: body, lang: 'ja' })
  })
  return SAMPLES.map(count => {
    const content = join(work, `sample-${count}.jsonl`)
    writeFileSync(content, posts.slice(0, count).join('\n'))
    return { posts: count, content, kind: 'real' }
  })
}

function filesBelow(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  return entries.filter(entry => entry.isFile() && entry.name.endsWith('.md')).map(entry => join(entry.parentPath, entry.name)).sort()
}

function measured({ posts, content, kind = 'made' }) {
  const out = join(work, `index-${kind}-${posts}`)
  const run = (...args) => JSON.parse(execFileSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 26 }))
  const { terms, postings, files, bytes } = run('build', content, '--format', 'jsonl', '--out', out, '--now', '2026-11-25T00:00:00Z', '--json')
  const part = Object.fromEntries(run('inspect', out, '--json').parts.map(part => [part.name, part]))
  return { kind, posts, terms, postings, files, bytes, shards: part.lexicon.files + part.posts.files, blocks: part.text.files }
}

/** y = factor · x^power by least squares of the logarithms, and the worst error. */
function power(pairs) {
  const { start, slope } = line(pairs.map(pair => pair.map(Math.log)))
  const factor = Math.exp(start)
  const worst = Math.max(...pairs.map(([x, y]) => Math.abs((factor * x ** slope) / y - 1)))
  return { factor, power: slope, worst }
}

function line(pairs) {
  const [x, y] = [0, 1].map(at => mean(pairs, pair => pair[at]))
  const slope = pairs.reduce((sum, pair) => sum + (pair[0] - x) * (pair[1] - y), 0) / pairs.reduce((sum, pair) => sum + (pair[0] - x) ** 2, 0)
  return { start: y - slope * x, slope }
}

/** The weights of the columns of `rows` that come nearest to `targets`, each row by its share. */
function leastSquares(rows, targets) {
  const width = rows[0].length
  const scaled = rows.map((row, at) => row.map(value => value / targets[at]))
  const matrix = Array.from({ length: width }, (_, i) => [
    ...Array.from({ length: width }, (_, j) => scaled.reduce((sum, row) => sum + row[i] * row[j], 0)),
    scaled.reduce((sum, row) => sum + row[i], 0),
  ])
  for (let i = 0; i < width; i++)
    for (let j = 0; j < width; j++) {
      if (i === j) continue
      const factor = matrix[j][i] / matrix[i][i]
      matrix[j] = matrix[j].map((value, at) => value - factor * matrix[i][at])
    }
  return matrix.map((row, at) => row[width] / row[at])
}

function mean(items, value) {
  return items.reduce((sum, item) => sum + value(item), 0) / items.length
}

function draw(folder) {
  const name = { one: 'cold query, one level', two: 'cold query, two levels', root: 'directory', lexicon: 'lexicon', postings: 'postings' }
  const series = keys => keys.map(key => ({ name: name[key], points: future.map(row => [row.posts, row[key]]) }))
  writeFileSync(join(folder, 'scaling-parts.svg'), lines('Bytes of an index by its posts', series(['postings', 'lexicon', 'root'])))
  writeFileSync(join(folder, 'scaling-cold.svg'), lines('Bytes of a first answer by posts', series(['one', 'two', 'root'])))
}

function table(title, rows, columns) {
  const names = Object.keys(columns)
  console.log(`\n${title}\n\n| ${names.join(' | ')} |\n|${names.map(() => '---').join('|')}|`)
  for (const row of rows) console.log(`| ${names.map(name => columns[name](row)).join(' | ')} |`)
}

function size(count) {
  return count < 1e5 ? Math.round(count).toLocaleString('en') : `${(count / 1e6).toFixed(2)} M`
}

function bytes(count) {
  return count < 1e6 ? `${Math.round(count / 1000)} KB` : count < 1e9 ? `${(count / 1e6).toFixed(1)} MB` : `${(count / 1e9).toFixed(2)} GB`
}

function percent(part) {
  return `${(part * 100).toFixed(1)} %`
}
