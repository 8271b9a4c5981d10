// The package as npm would publish it: what it says of itself holds, in Node and in TypeScript.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { examples, install, pack, run, workFolder, www } from './pack.mjs'

const folder = workFolder('package')
const tarball = pack(folder)
install(tarball, folder)
const installed = join(folder, 'node_modules/sakuin')
const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'))

/** What a script may not import, having no types to check: modules, styles, workers of the site. */
const UNTYPED = ['search.wasm', 'render.wasm', 'sakuin.css', 'sakuin-sw.js', 'sw-part.js']

test('publint finds nothing', async () => {
  const { messages, pkg } = await publint({ pkgDir: installed, strict: true, pack: false })
  assert.deepEqual(messages.map(message => formatMessage(message, pkg)), [])
})

test('the types are right for Node and for bundlers', () => {
  run('attw', [tarball, '--profile', 'esm-only', '--exclude-entrypoints', ...UNTYPED], folder)
})

test('every file that an entry names is in the package, with both licences', () => {
  const named = Object.values(manifest.exports).flatMap(entry => Object.values([entry].flat()[0].types ? entry : [entry]))
  for (const file of [...named, 'LICENSE-MIT', 'LICENSE-APACHE', 'README.md']) {
    assert.ok(readFileSync(join(installed, file)).length > 0, file)
  }
})

test('there are no dependencies', () => {
  const kinds = ['dependencies', 'peerDependencies', 'optionalDependencies', 'bundledDependencies']
  assert.deepEqual(kinds.filter(kind => manifest[kind]), [])
})

test('all modules are imported in Node, where there is no page', () => {
  writeFileSync(
    join(folder, 'imports.mjs'),
    `import { open, SakuinError } from 'sakuin'
import { SakuinSearch } from 'sakuin/element'
import { render } from 'sakuin/render'
import { serve } from 'sakuin/worker'
console.log([open, SakuinError, SakuinSearch, render, serve].map(each => typeof each).join(' '))`,
  )
  const said = execFileSync(process.execPath, ['imports.mjs'], { cwd: folder, encoding: 'utf8' })
  assert.equal(said, 'function function function function function\n')
})

test('a bundler drops what is not used', async () => {
  const { build } = await import('esbuild')
  const { outputFiles } = await build({
    stdin: { contents: `import { SakuinError } from 'sakuin'\nimport 'sakuin/render'`, resolveDir: folder },
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
  })
  assert.equal(outputFiles[0].text.trim(), '')
})

test('a strict TypeScript program compiles against the types, which are checked too', () => {
  writeFileSync(
    join(folder, 'program.ts'),
    `import { open, type Answer, type Hit } from 'sakuin'
import type { SakuinSearch } from 'sakuin/element'
import { render, type Heading } from 'sakuin/render'

export async function first(src: string): Promise<Hit | undefined> {
  const search = await open(src, { wasmUrl: '/a.wasm', workerUrl: new URL('https://example.com/b.js') })
  const answer: Answer = await search.query('索引', { limit: 1, filters: { tags: ['rust'] }, facets: ['year'] })
  const post = await search.post(answer.hits[0]?.id ?? '')
  const headings: Heading[] = await render(post, document.body)
  return headings.length > 0 ? answer.hits[0] : undefined
}

const box: SakuinSearch | null = document.querySelector('sakuin-search')
if (box) box.strings = { placeholder: '索引を引く', filters: '条件' }
`,
  )
  for (const [module, moduleResolution] of [['nodenext', 'nodenext'], ['esnext', 'bundler']]) {
    const options = { module, moduleResolution, lib: ['ES2023', 'DOM', 'DOM.Iterable'], target: 'ES2023' }
    const compilerOptions = { ...options, strict: true, noEmit: true, skipLibCheck: false, types: [] }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['program.ts'] }))
    run('tsc', ['-p', '.'], folder)
  }
})

test('the custom-elements manifest is that of the element as it is', () => {
  const before = readFileSync(join(www, 'custom-elements.json'), 'utf8')
  const config = join(examples, 'tools/manifest.config.mjs')
  run('cem', ['analyze', '--quiet', '--config', config, '--outdir', '.', '--packagejson'], www)
  const now = readFileSync(join(www, 'custom-elements.json'), 'utf8')
  assert.equal(before, now, '`npm run manifest` in examples/ writes it anew')
})

test('the manifest names every part and every property that the style sheets know', () => {
  const { modules } = JSON.parse(readFileSync(join(www, 'custom-elements.json'), 'utf8'))
  const [{ cssParts, cssProperties }] = modules[0].declarations
  const sheets = readdirSync(join(www, 'src')).filter(name => name.endsWith('.css') && name !== 'page.css')
  const css = sheets.map(name => readFileSync(join(www, 'src', name), 'utf8')).join('\n')
  const names = pattern => [...new Set([...css.matchAll(pattern)].map(([, name]) => name))].sort()
  const missing = (known, used) => used.filter(name => !known.some(each => each.name === name))
  assert.deepEqual(missing(cssParts, names(/\[part='([\w-]+)'\]/g)), [])
  assert.deepEqual(missing(cssProperties, names(/var\((--sakuin-[\w-]+)/g)), [])
})

test('the reference in docs/api/ is that of the types as they are', { timeout: 300_000 }, () => {
  const out = join(folder, 'api')
  run('typedoc', ['--options', join(examples, 'tools/typedoc.json'), '--logLevel', 'Error', '--out', out], examples)
  const committed = join(examples, '../docs/api')
  assert.deepEqual(readdirSync(out), readdirSync(committed))
  for (const name of readdirSync(out)) {
    const [now, before] = [out, committed].map(folder => readFileSync(join(folder, name), 'utf8'))
    assert.equal(now, before, `${name}: \`npm run reference\` in examples/ writes it anew`)
  }
})

test('docs/element.md tells every attribute, part and property', () => {
  const { modules } = JSON.parse(readFileSync(join(www, 'custom-elements.json'), 'utf8'))
  const [{ attributes, cssParts, cssProperties, events, members }] = modules[0].declarations
  const told = ['element', 'reader', 'offline', 'highlighting'].map(name => readFileSync(join(examples, `../docs/${name}.md`), 'utf8')).join()
  const names = [attributes, cssParts, cssProperties, events, members].flat().map(({ name }) => name)
  // Colours of code are one line for all.
  const missing = names.filter(name => !told.includes(`\`${name}`) && !name.startsWith('--sakuin-code-'))
  assert.deepEqual(missing, [])
})
