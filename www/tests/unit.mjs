// Bundles `unit/*.test.ts` and runs them with Node's own test runner.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'

const unit = fileURLToPath(new URL('unit', import.meta.url))
const outdir = mkdtempSync(join(tmpdir(), 'sakuin-unit-'))
const tests = readdirSync(unit).filter(name => name.endsWith('.test.ts'))
buildSync({
  entryPoints: tests.map(name => join(unit, name)),
  outdir,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  sourcemap: 'inline',
  define: { BUILD: '"test"' },
})
const compiled = readdirSync(outdir).map(name => join(outdir, name))
const { status } = spawnSync(process.execPath, ['--enable-source-maps', '--test', ...compiled], {
  stdio: 'inherit',
})
rmSync(outdir, { recursive: true })
process.exit(status ?? 1)
