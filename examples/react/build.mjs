// As with esbuild alone: what it leaves to be found beside the scripts is copied there.

import { copyFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

await build({
  entryPoints: { main: 'main.jsx' },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  minify: true,
  format: 'esm',
  jsx: 'automatic',
  define: { 'process.env.NODE_ENV': '"production"' },
})
for (const name of ['worker', 'search.wasm', 'render.wasm']) {
  const file = fileURLToPath(import.meta.resolve(`sakuin/${name}`))
  await copyFile(file, `dist/${name === 'worker' ? 'worker.js' : name}`)
}
await copyFile('index.html', 'dist/index.html')
