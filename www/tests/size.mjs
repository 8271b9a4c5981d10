// What the built files weigh for a reader, against what they may: bytes after `brotli -q 11`.
//
// The budgets of the modules hold for the release recipe of `cargo xtask build`.

import { readFileSync } from 'node:fs'
import { brotliCompressSync } from 'node:zlib'

const budgets = [
  // Both are loaded before the first answer; the glue of search.wasm is in the worker.
  { what: 'client and worker', files: ['index.js', 'worker.js'], bytes: 8000 },
  { what: 'element', files: ['element.js'], bytes: 10_000 },
  { what: 'search.wasm', files: ['search.wasm'], bytes: 35_000 },
  { what: 'render.wasm', files: ['render.wasm'], bytes: 80_000 },
]

let over = 0
for (const { what, files, bytes } of budgets) {
  const weights = files.map(file => brotliCompressSync(readFileSync(new URL(`../dist/${file}`, import.meta.url))).length)
  const sum = weights.reduce((sum, weight) => sum + weight)
  if (sum > bytes) over++
  console.log(`${what.padEnd(18)}${String(sum).padStart(7)} of ${String(bytes).padStart(6)} bytes${sum > bytes ? ', over budget' : ''}`)
}
process.exitCode = over > 0 ? 1 : 0
