// Reads and writes what a run keeps in files: lines of JSON, pairs, and answers made once.

import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'

/** The objects of a file of JSON lines. */
export function readJsonLines(path) {
  return readFileSync(path, 'utf8').split('\n').filter(Boolean).map(line => JSON.parse(line))
}

export function writeJsonLines(path, values) {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, values.map(value => `${JSON.stringify(value)}\n`).join(''))
}

/** The rows below the headings of a table with tabs between its columns. */
export function readRows(path) {
  return readFileSync(path, 'utf8').split('\n').slice(1).filter(Boolean).map(line => line.split('\t'))
}

/** A name for what the files hold, and for `more`. */
export function hashOf(paths, more = '') {
  const hash = createHash('sha256').update(more)
  for (const path of paths) hash.update(readFileSync(path))
  return hash.digest('hex').slice(0, 16)
}

/** What `path` holds as JSON lines, made by `make` where it isn't there. */
export async function once(path, make) {
  if (!existsSync(path)) writeJsonLines(path, await make())
  return readJsonLines(path)
}

/** Runs a program to its end; `onLine` gets what it prints, line by line. */
export async function run(program, args, onLine = () => {}) {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise((done, failed) => child.on('error', failed).on('close', done))
  for await (const line of createInterface({ input: child.stdout })) onLine(line)
  const code = await ended
  if (code !== 0) throw new Error(`${[program, ...args].join(' ')} ended with ${code}`)
}
