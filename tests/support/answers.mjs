// Answers queries through search.wasm: node answers.mjs MODULE_FOLDER INDEX_FOLDER < queries
// One JSON string a line in, one answer a line out.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'
import { inflateRawSync } from 'node:zlib'

const [, , modules, index] = process.argv
const glue = await import(pathToFileURL(join(modules, 'sakuin.js')).href)
await glue.default({ module_or_path: readFileSync(join(modules, 'sakuin_bg.wasm')) })

const manifest = readFileSync(join(index, 'sakuin.manifest'))
const body = inflateRawSync(manifest.subarray(16))
if (body.length !== glue.manifest_body_bytes(manifest)) throw new Error('manifest body')
let engine = new glue.Engine(manifest, body)

function answer(query, options) {
  for (;;) {
    const { limit, sort, explain = false, recency = 0, filters = [], facets = [] } = options
    const ended = texts => texts.map(text => `${text}\0`).join('')
    const step = engine.query(query, limit, 0, sort === 'date', explain, recency, ended(filters), ended(facets))
    if (!step.needs) return step.done
    for (const need of step.needs) {
      const file = readFileSync(join(index, need.file))
      const sha256 = createHash('sha256').update(file).digest()
      engine.load(need.file, need.deflated ? inflateRawSync(file) : file, sha256)
    }
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const { query, options } = JSON.parse(line)
  if (options.fresh) engine = new glue.Engine(manifest, body)
  console.log(JSON.stringify(answer(query, options)))
}
