// Before `npm pack`: the licences come along, and nothing that the package names is missing.
// With `clean`, after it: takes them away again.

import { access, copyFile, rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import manifest from './package.json' with { type: 'json' }

const www = fileURLToPath(new URL('.', import.meta.url))
const licences = ['LICENSE-APACHE', 'LICENSE-MIT']

if (process.argv.includes('clean')) {
  for (const name of licences) await rm(www + name)
} else {
  for (const name of licences) await copyFile(`${www}../${name}`, www + name)
  const named = Object.values(manifest.exports).flatMap(entry => (typeof entry === 'string' ? entry : Object.values(entry)))
  for (const file of named) {
    await access(www + file).catch(() => {
      throw new Error(`${file} is not there: run \`cargo xtask build\` first`)
    })
  }
}
