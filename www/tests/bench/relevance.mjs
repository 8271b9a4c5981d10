// How well engines find and rank, on judged and on generated queries: one table, one run.
//
// `node relevance.mjs [--only judged|generated] [--engine NAME,…] [--site SET,…] [--set NAME,…]
// [--queries N] [--failures FILE] [--json]`; `cargo xtask bench relevance` calls it with the places set:
// `SAKUIN_PROGRAM`, the builder; `SAKUIN_SETS`, the unpacked sets; `SAKUIN_SHARED`;
// `SAKUIN_PEERS`, the folder of the peers' packages; `SAKUIN_WORK`, a folder to write to; and
// `SAKUIN_CHROMIUM`.

import { existsSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Engine } from './relevance/engine.mjs'
import { hashOf, once, readJsonLines, readRows, writeJsonLines } from './relevance/files.mjs'
import { generate } from './relevance/generate.mjs'
import { asked, generated, judged, kindOf } from './relevance/judge.mjs'
import { Scan } from './relevance/text.mjs'

const ENGINES = ['sakuin', 'pagefind', 'minisearch', 'zbsearch', 'flexsearch', 'orama', 'lunr']
/** Sites that queries are generated for. */
const SITES = ['site-efcl-ja', 'site-ms-cpp-ja']

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    engine: { type: 'string', default: ENGINES.join(',') },
    set: { type: 'string' },
    site: { type: 'string' },
    queries: { type: 'string' },
    failures: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
})
const { SAKUIN_PROGRAM: program, SAKUIN_SETS: sets, SAKUIN_SHARED: shared, SAKUIN_PEERS: peers, SAKUIN_WORK: work } = process.env
const most = options.queries ? Number(options.queries) : Infinity
const wanted = name => !options.set || options.set.split(',').includes(name)
const visited = site => !options.site || options.site.split(',').includes(site)
const packages = createRequire(join(peers, 'package.json'))

const rows = []
const failures = []
for (const set of readdirSync(sets).sort().filter(visited)) {
  const judge = options.only !== 'generated' && wanted(set) ? judgedQueries(set) : []
  const made = options.only !== 'judged' && SITES.includes(set) ? await generatedQueries(set) : new Map()
  if (judge.length + made.size > 0) await measure(set, judge, made)
}
if (options.failures) writeJsonLines(options.failures, failures)
if (options.json) console.log(JSON.stringify({ bench: 'relevance', rows }))

/** Asks every engine all queries of a set. */
async function measure(set, judge, made) {
  const corpus = join(sets, set, 'corpus.jsonl')
  const places = new Map(readJsonLines(corpus).map(({ id }, at) => [id, at]))
  for (const name of options.engine.split(',')) {
    const engine = new Engine({ set, name, corpus, program, peers, work })
    try {
      if (judge.length > 0) report(set, set, name, judged(judge, await engine.answer(judge, 10)))
      for (const limit of [10, 0]) {
        const kinds = [...made].filter(([kind]) => kindOf(kind).limit === limit)
        if (kinds.length === 0) continue
        const answers = await engine.answer(kinds.flatMap(([, queries]) => asked(queries)), limit)
        for (const [kind, queries] of kinds) {
          const { figures, failures: failed } = generated(kind, queries, answers, places)
          report(set, kind, name, figures)
          failures.push(...failed.map(failure => ({ site: set, engine: name, ...failure })))
        }
      }
    } finally {
      await engine.close()
    }
  }
}

function report(site, set, engine, figures) {
  rows.push({ site, set, engine, ...figures })
  if (options.json) return
  const shown = Object.entries(figures).map(([name, figure]) => `${name} ${name === 'queries' ? figure : figure.toFixed(4)}`)
  console.log(`${site.padEnd(22)} ${set.padEnd(22)} ${engine.padEnd(11)} ${shown.join('  ')}`)
}

function judgedQueries(set) {
  const grades = new Map()
  for (const [query, doc, grade] of readRows(join(sets, set, 'qrels.tsv'))) {
    if (!(Number(grade) > 0)) continue
    if (!grades.has(query)) grades.set(query, new Map())
    grades.get(query).set(doc, Number(grade))
  }
  const queries = readJsonLines(join(sets, set, 'queries.jsonl')).filter(({ id }) => grades.has(id))
  return queries.slice(0, most).map(({ id, text }) => ({ id, text, grades: grades.get(id) }))
}

/** The generated queries of a site by their set, made once and kept. */
async function generatedQueries(site) {
  const corpus = join(sets, site, 'corpus.jsonl')
  const spellings = join(shared, 'fixtures/typos/ja-variants-sudachi.tsv')
  const here = new URL('relevance/', import.meta.url).pathname
  const sources = ['generate', 'kana', 'random', 'text'].map(name => join(here, `${name}.mjs`))
  const kept = join(work, 'generated', `${site}-${hashOf([corpus, spellings, ...sources])}.jsonl`)
  if (!existsSync(kept)) console.error(`relevance: makes the queries of ${site}`)
  const all = await once(kept, async () => {
    const pairs = readRows(spellings).flatMap(([one, other, type]) => (type === 'variant' ? [[one, other]] : []))
    const made = generate(site, new Scan(readJsonLines(corpus)), await analyser(), pairs)
    return made.map((query, at) => ({ id: `g${at}`, ...query }))
  })
  const sorted = new Map()
  for (const query of all.filter(({ set }) => wanted(set))) {
    if (!sorted.has(query.set)) sorted.set(query.set, [])
    if (sorted.get(query.set).length < most) sorted.get(query.set).push(query)
  }
  return sorted
}

function analyser() {
  const dicPath = join(packages.resolve('kuromoji/package.json'), '../dict')
  return new Promise((done, failed) =>
    packages('kuromoji').builder({ dicPath }).build((error, built) => (error ? failed(error) : done(built))),
  )
}
