// A host of the demo blog that can be changed and switched off, since what a service worker
// fetches passes by the browser's own means of interception.

import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib'
import { demo } from './harness.mjs'

/** Starts a host; `address` is the blog's there, and ends in `/`. */
export async function startHost() {
  const changes = new Map()
  const asked = []
  const server = createServer(async ({ url, headers }, answer) => {
    const { pathname } = new URL(url, demo)
    asked.push(pathname)
    const response = await fetch(new URL(url, demo), { redirect: 'manual', headers: { accept: headers.accept ?? '*/*' } })
    const file = { status: response.status, body: Buffer.from(await response.arrayBuffer()) }
    const { status, body } = { ...file, ...(await changes.get(pathname)?.(file.body)) }
    if (status === 0) return answer.destroy()
    const sent = { 'cache-control': 'no-cache' }
    for (const name of ['content-type', 'location']) {
      if (response.headers.has(name)) sent[name] = response.headers.get(name)
    }
    answer.writeHead(status, sent).end(body)
  })
  const listen = port => new Promise(done => server.listen(port, '127.0.0.1', done))
  await listen(0)
  const { port } = server.address()
  return {
    address: `http://127.0.0.1:${port}/`,
    /** The paths that were asked for. */
    asked,
    /** Passes the file at `path` through `change`, which may give another `status` (0 hangs up) or `body`. */
    change: (path, change) => void changes.set(path, change),
    restore: path => void changes.delete(path),
    on: () => listen(port),
    off: () =>
      new Promise(done => {
        server.close(done)
        server.closeAllConnections()
      }),
  }
}

/** A manifest that differs from `manifest` in nothing but the name of its generation, by `bits`. */
export function anotherManifest(manifest, bits) {
  const body = inflateRawSync(manifest.subarray(16))
  body[0] ^= bits
  const deflated = deflateRawSync(body)
  const head = Buffer.from(manifest.subarray(0, 16))
  head.writeUInt32LE(crc32(deflated), 12)
  return Buffer.concat([head, deflated])
}

export const sha256 = bytes => createHash('sha256').update(bytes).digest('hex')
