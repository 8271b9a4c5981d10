// Bundles `src/` and the generated glue into `dist/`, and prints what each file weighs.
//
// `generated/search/` and `generated/render/` hold what wasm-bindgen made of the two modules:
// `sakuin.js` and `sakuin_bg.wasm`. `cargo xtask build` puts them there and calls this.

import { createHash } from 'node:crypto'
import { copyFile, mkdir, readFile, readdir, rm } from 'node:fs/promises'
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync } from 'node:zlib'
import { build, transform } from 'esbuild'

const www = fileURLToPath(new URL('.', import.meta.url))

/** The files of the package: each but `worker` may import the others, as they lie side by side. */
const entries = {
  arrival: 'arrival',
  assist: 'assist',
  client: 'index',
  element: 'element',
  offline: 'offline',
  reader: 'reader',
  render: 'render',
  shell: 'shell',
  unpack: 'unpack',
  worker: 'worker',
}

/** Classic scripts: a site's own worker imports them with `importScripts`. */
const serviceWorkers = ['sakuin-sw', 'sw-part']

/** What of the glue is called. */
const glue = { search: 'default, Engine, manifest_body_bytes', render: 'default, Rendering' }

const siblings = {
  name: 'siblings',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/\w+\.js$/ }, ({ kind, path }) => {
      const name = entries[path.slice(2, -3)]
      if (name && kind !== 'entry-point') return { path: `./${name}.js`, external: true }
    })
  },
}

const glues = {
  name: 'glue',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^glue:/ }, ({ path }) => ({ path: path.slice(5), namespace: 'glue' }))
    onLoad({ filter: /./, namespace: 'glue' }, async ({ path }) => {
      const { outputFiles } = await build({
        stdin: { contents: `export { ${glue[path]} } from './sakuin.js'`, resolveDir: `${www}generated/${path}` },
        bundle: true,
        format: 'iife',
        globalName: 'glue',
        write: false,
        // Our scripts name the wasm file themselves; a second mention would confuse bundlers.
        logOverride: { 'empty-import-meta': 'error' },
      })
      return { contents: `export function newGlue() { ${outputFiles[0].text}; return glue }` }
    })
  },
}

const styles = {
  name: 'styles',
  setup({ onLoad }) {
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, 'utf8'), { loader: 'css', minify: true })
      return { contents: code.trim(), loader: 'text' }
    })
  },
}

await rm(`${www}dist`, { recursive: true, force: true })
await mkdir(`${www}dist/types`, { recursive: true })
/** Names the build by all that goes into it. */
async function buildName() {
  const hash = createHash('sha256')
  for (const folder of ['src', 'generated/search', 'generated/render']) {
    for (const name of (await readdir(www + folder)).sort()) {
      hash.update(name).update(await readFile(`${www}${folder}/${name}`).catch(() => ''))
    }
  }
  return hash.digest('hex').slice(0, 8)
}

const common = {
  outdir: `${www}dist`,
  bundle: true,
  minify: true,
  target: 'es2022',
  legalComments: 'none',
  charset: 'utf8',
  define: { BUILD: JSON.stringify(await buildName()) },
}
await build({
  ...common,
  entryPoints: Object.entries(entries).map(([from, to]) => ({ in: `${www}src/${from}.ts`, out: to })),
  format: 'esm',
  plugins: [siblings, glues, styles],
})
await build({
  ...common,
  entryPoints: serviceWorkers.map(name => `${www}src/${name}.ts`),
  format: 'iife',
})
// worker.js holds the glue of search.wasm: the two are told apart for their budgets only.
await mkdir(`${www}alone`, { recursive: true })
await build({
  ...common,
  entryPoints: [`${www}src/worker.ts`],
  outdir: `${www}alone`,
  format: 'esm',
  external: ['glue:*'],
})
await build({
  ...common,
  stdin: { contents: `export { ${glue.search} } from './sakuin.js'`, resolveDir: `${www}generated/search` },
  outdir: undefined,
  outfile: `${www}alone/glue.js`,
  format: 'esm',
})

for (const name of ['reader.html', 'sakuin.css']) await copyFile(`${www}src/${name}`, `${www}dist/${name}`)
for (const name of Object.keys(glue)) {
  await copyFile(`${www}generated/${name}/sakuin_bg.wasm`, `${www}dist/${name}.wasm`)
  await copyFile(`${www}src/${name}-wasm.d.ts`, `${www}dist/types/${name}-wasm.d.ts`)
}
execFileSync(process.execPath, [`${www}node_modules/typescript/bin/tsc`, '-p', www, '--emitDeclarationOnly'], {
  stdio: 'inherit',
})

for (const name of (await readdir(`${www}dist`)).filter(name => /\.(js|wasm)$/.test(name)).sort()) {
  const bytes = await readFile(`${www}dist/${name}`)
  console.log(`${name.padEnd(12)} ${bytes.length} bytes, ${brotliCompressSync(bytes).length} in brotli`)
}
