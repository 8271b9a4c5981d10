// esbuild leaves `new URL('./search.wasm', import.meta.url)` as it is: what it names is copied.
// This page keeps worker and engine in a folder of their own, and says so in the element's
// attributes; the renderer of opened posts stands beside the scripts.

import { copyFile, mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const file = name => fileURLToPath(import.meta.resolve(`sakuin/${name}`))

await build({
  entryPoints: ['main.js'],
  outdir: 'dist',
  bundle: true,
  splitting: true,
  minify: true,
  format: 'esm',
})
await mkdir('dist/engine', { recursive: true })
await copyFile(file('worker'), 'dist/engine/worker.js')
await copyFile(file('search.wasm'), 'dist/engine/search.wasm')
await copyFile(file('render.wasm'), 'dist/render.wasm')
await copyFile('index.html', 'dist/index.html')
