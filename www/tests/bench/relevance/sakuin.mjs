// Sakuin, through its program: the same engine as in the browser.

import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { run, writeJsonLines } from './files.mjs'

export const name = 'sakuin'

/** Builds the index of a corpus in `folder`, and answers from it. */
export async function open({ corpus, folder, program }) {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const out = join(folder, 'index')
  await run(program, ['build', corpus, '--format', 'jsonl', '--out', out, '--json'])
  return {
    /** Answers `queries`, `{ id, text }`, with at most `limit` hits, 0 for all. */
    async answer(queries, limit) {
      const file = join(folder, `queries-${limit}.jsonl`)
      writeJsonLines(file, queries.map(({ id, text }) => ({ id, text })))
      const answers = new Map()
      await run(program, ['search', out, '--queries', file, '--json', '--limit', String(limit)], line => {
        const { id, hits } = JSON.parse(line)
        answers.set(id, hits.map(({ id, tier }) => ({ id, tier })))
      })
      return answers
    },
    close() {},
  }
}
