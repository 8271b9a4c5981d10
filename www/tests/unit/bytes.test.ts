import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deflateRawSync } from 'node:zlib'
import { inflate, maxDeflatedBytes, readUpTo } from '../../src/bytes.js'

const deflated = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(deflateRawSync(bytes))

test('inflates up to what was announced', async () => {
  for (const len of [0, 1, 8191, 8192, 100_000]) {
    const bytes = Buffer.alloc(len, '索引')
    assert.deepEqual(Buffer.from(await inflate(deflated(bytes), len)), bytes)
  }
})

test('one byte more than may come is an error, and a stream cut short', async () => {
  const file = deflated(Buffer.alloc(5000, 'x'))
  await assert.rejects(inflate(file, 4999), { code: 'broken' })
  await assert.rejects(inflate(file.subarray(0, file.length - 1), 5000), { code: 'broken' })
})

test('a body without end is left where the limit is', async () => {
  let pulled = 0
  const endless = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      pulled++
      controller.enqueue(new Uint8Array(1000))
    },
  })
  await assert.rejects(readUpTo(endless, 10_000), { code: 'broken' })
  assert.ok(pulled < 15)
})

test('stored deflate stays within the limit for a file', () => {
  for (const len of [0, 1, 1000, 100_000]) {
    const noise = crypto.getRandomValues(new Uint8Array(Math.min(len, 65_536)))
    const file = deflateRawSync(noise, { level: 9, memLevel: 1 })
    assert.ok(file.length <= maxDeflatedBytes(noise.length))
  }
})
