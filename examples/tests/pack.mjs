// The package as npm would publish it, and a folder in which the examples find it installed.

import { execFileSync, spawn } from 'node:child_process'
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const examples = fileURLToPath(new URL('..', import.meta.url))
export const www = join(examples, '../www')

/** Packs the package into `folder`, and gives the tarball's path. */
export function pack(folder) {
  mkdirSync(folder, { recursive: true })
  const told = execFileSync('npm', ['pack', '--json', '--pack-destination', folder], { cwd: www, encoding: 'utf8' })
  const [{ filename }] = JSON.parse(told.slice(told.indexOf('[')))
  return join(folder, filename)
}

/** An empty folder below `examples`, so that all tools are found from it. */
export function workFolder(name) {
  const folder = join(examples, '.work', name)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  return folder
}

/** Installs `tarball` for all below `folder`; it has no dependencies. */
export function install(tarball, folder) {
  const modules = join(folder, 'node_modules/sakuin')
  mkdirSync(modules, { recursive: true })
  execFileSync('tar', ['-xzf', tarball, '-C', modules, '--strip-components=1'])
}

/** Copies the example `name` into `folder` and runs its `npm run build`; gives the folder of its output. */
export async function buildExample(name, folder) {
  const copy = join(folder, name)
  cpSync(join(examples, name), copy, { recursive: true })
  // Parcel takes the nearest lock file's folder for the project.
  writeFileSync(join(copy, 'package-lock.json'), '{}')
  const { PATH } = process.env
  const child = spawn('npm', ['run', '--silent', 'build'], {
    cwd: copy,
    env: { ...process.env, PATH: `${join(examples, 'node_modules/.bin')}:${PATH}`, NODE_ENV: 'production' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', text => (said += text))
  const code = await new Promise(done => child.on('close', done))
  if (code !== 0) throw new Error(`the example ${name} did not build:\n${said}`)
  return join(copy, 'dist')
}

/** Runs one of the tools; throws with what it said where it fails. */
export function run(tool, options, folder) {
  try {
    execFileSync(join(examples, 'node_modules/.bin', tool), options, { cwd: folder, encoding: 'utf8', stdio: 'pipe' })
  } catch ({ stdout, stderr }) {
    throw new Error(`${tool}: ${stdout}${stderr}`)
  }
}
