// How Sakuin and its peers grow with a site: build, bytes, cold and warm answers, in one run.
//
// `node growth.mjs [--only build,load,query] [--posts N,…] [--all] [--queries N] [--engine NAME,…]
// [--json]`;
// `cargo xtask bench build|load|query` calls it with the places set: `SAKUIN_PROGRAM`,
// `SAKUIN_DEMO_SITE`, `SAKUIN_CORPORA`, `SAKUIN_SETS`, `SAKUIN_PEERS`, `SAKUIN_WORK` and
// `SAKUIN_CHROMIUM`.

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { build, LIBRARIES, writePages } from './load/build.mjs'
import { openBench } from './load/browser.mjs'
import { contentOf, queriesOf, SIZES } from './load/sites.mjs'
import { readJsonLines } from './relevance/files.mjs'

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: 'build,load,query' },
    posts: { type: 'string' },
    all: { type: 'boolean', default: false },
    queries: { type: 'string', default: '100' },
    engine: { type: 'string', default: ['sakuin', 'pagefind', ...LIBRARIES].join(',') },
    json: { type: 'boolean', default: false },
  },
})
const { env } = process
const places = { corpora: env.SAKUIN_CORPORA, sets: env.SAKUIN_SETS, work: join(env.SAKUIN_WORK, 'growth') }
const tools = { program: env.SAKUIN_PROGRAM, demoSite: env.SAKUIN_DEMO_SITE, peers: env.SAKUIN_PEERS }
const asked = options.only.split(',')
// The larger ones take long, and gigabytes of memory.
const sizes = options.posts ? options.posts.split(',').map(Number) : SIZES.filter(posts => options.all || posts <= 9569)

const machine = { cores: cpus().length, cpu: cpus()[0].model.trim(), memory_gb: Math.round(totalmem() / 2 ** 30) }
const rows = []
for (const posts of sizes) {
  const content = contentOf(posts, places)
  const site = join(places.work, `site-${posts}`)
  await writePages(content, site, tools)
  const built = []
  for (const engine of options.engine.split(',')) {
    const figures = await builtOnce(engine, posts, content, site)
    if (asked.includes('build')) report({ bench: 'build', ...figures })
    if (!figures.left_out) built.push(engine)
  }
  if (!asked.includes('load') && !asked.includes('query')) continue
  const titles = readJsonLines(join(site, 'posts.jsonl')).map(({ title }) => title)
  const queries = (await queriesOf(posts, titles, places)).slice(0, Number(options.queries))
  const bench = await openBench(site, built, tools.peers)
  machine.chromium = bench.version
  if (asked.includes('load'))
    for (const engine of built) report({ bench: 'load', engine, posts, ...(await bench.cold(engine, queries)) })
  if (asked.includes('query'))
    for (const [engine, times] of await bench.warm(built, queries)) report({ bench: 'query', engine, posts, ...times })
  await bench.close()
}
if (options.json) console.log(JSON.stringify({ bench: options.only, machine, rows }))

/** Peers are built anew only for `build`: their bytes are the same each time. */
async function builtOnce(engine, posts, content, site) {
  const kept = join(site, `${engine}.json`)
  if (engine !== 'sakuin' && !asked.includes('build') && existsSync(kept)) return JSON.parse(readFileSync(kept, 'utf8'))
  const figures = await build(engine, posts, content, site, tools)
  writeFileSync(kept, JSON.stringify(figures))
  return figures
}

function report(row) {
  rows.push(row)
  if (options.json) return
  const { bench, engine, posts, kinds, parts, ...figures } = row
  const shown = Object.entries(figures).map(([name, figure]) => `${name} ${typeof figure === 'number' ? Math.round(figure * 100) / 100 : figure}`)
  console.log(`${bench.padEnd(6)} ${String(posts).padStart(6)} ${engine.padEnd(11)} ${shown.join('  ')}`)
}
