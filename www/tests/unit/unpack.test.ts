import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { unpack } from '../../src/unpack.js'

/** The example of docs/format.md, which the builder's own test encodes. */
const [, example = ''] = /```hex pack\n([^`]*)```/.exec(readFileSync('../docs/format.md', 'utf8')) ?? []
const pack = Uint8Array.from(example.trim().split(/\s+/), byte => Number.parseInt(byte, 16))
test('a pack gives the slices that the builder put into it', () => {
  const [text, code, ...others] = unpack(pack, 2)
  assert.equal(Buffer.from(text!.bytes).toString(), 'いろはにほへといろは')
  assert.deepEqual([...code!.bytes], [0x07, 0xc8])
  assert.deepEqual([text!.isCode, code!.isCode], [false, true])
  assert.deepEqual(others, [])
})

test('a pack cut short, or longer, is refused', () => {
  for (let end = 0; end < pack.length; end++) {
    assert.throws(() => [...unpack(pack.subarray(0, end), 2)], { code: 'broken' }, `${end} bytes`)
  }
  assert.throws(() => [...unpack(Uint8Array.of(...pack, 0), 2)], { code: 'broken' })
})

test('a damaged pack is refused, or gives other slices', () => {
  let refused = 0
  for (let bit = 0; bit < pack.length * 8; bit++) {
    const damaged = pack.slice()
    damaged[bit >> 3]! ^= 1 << (bit & 7)
    try {
      assert.equal([...unpack(damaged, 2)].length, 2)
    } catch (error) {
      assert.equal((error as { code: string }).code, 'broken', String(error))
      refused++
    }
  }
  assert.ok(refused > pack.length * 4, `${refused} refused`)
})

test('other numbers of slices than there are are refused', () => {
  for (const count of [0, 1, 3, 1000, 2 ** 40, Number.NaN]) {
    assert.throws(() => [...unpack(pack, count)], { code: 'broken' }, String(count))
  }
})

test('a pack of gigabytes is refused before memory is taken', () => {
  // Ones without end: the longest slices there are.
  assert.throws(() => [...unpack(new Uint8Array(64), 3)], { code: 'broken' })
})
