import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

test('each claim that docs/browsers.md names is one of the file it names', () => {
  const rows = readFileSync('../docs/browsers.md', 'utf8').matchAll(/^\|[^|]+\| `(\w+)` \| (.*«.*) \|$/gm)
  let claims = 0
  for (const [, file, cell = ''] of rows) {
    const tests = readFileSync(`tests/browser/${file}.test.mjs`, 'utf8')
    for (const [, claim = ''] of cell.matchAll(/«(.+?)»/g)) {
      assert.ok(tests.includes(claim), `${file}: ${claim}`)
      claims++
    }
  }
  assert.ok(claims > 40)
})
