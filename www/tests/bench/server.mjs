// A static server like the hosts that blogs stand on, which counts what it sends: it gzips html,
// js, css, json and wasm, and nothing else, and can take its time.

import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { extname, join, normalize } from 'node:path'
import { gzipSync } from 'node:zlib'

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
}

/**
 * Serves the folders of `mounts`, by the path that they stand at, on a free port of 127.0.0.1.
 * `log` gets an entry for each request; `delay` is how long each waits, in milliseconds.
 */
export async function serve(mounts) {
  const packed = new Map()
  const state = { log: [], delay: 0 }
  const server = createServer(async (request, response) => {
    const start = performance.now()
    const path = decodeURIComponent(new URL(request.url, 'http://host').pathname)
    if (state.delay > 0) await new Promise(done => setTimeout(done, state.delay))
    const entry = { path, start, end: 0, bytes: 0, status: 200 }
    state.log.push(entry)
    try {
      const file = fileOf(mounts, path)
      const type = TYPES[extname(file)]
      if (!packed.has(file)) {
        const bytes = await readFile(file)
        packed.set(file, type ? gzipSync(bytes, { level: 6 }) : bytes)
      }
      const body = packed.get(file)
      entry.bytes = body.length
      response.writeHead(200, {
        'content-type': type ?? 'application/octet-stream',
        'content-length': body.length,
        'cache-control': 'no-store',
        // Isolation lets the page's clock tell microseconds.
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-embedder-policy': 'require-corp',
        'cross-origin-resource-policy': 'same-origin',
        ...(type && { 'content-encoding': 'gzip' }),
      })
      response.end(body)
    } catch {
      entry.status = 404
      response.writeHead(404, { 'content-length': 0 }).end()
    }
    entry.end = performance.now()
  })
  await new Promise(done => server.listen(0, '127.0.0.1', done))
  return Object.assign(state, {
    address: `http://127.0.0.1:${server.address().port}/`,
    close: () => (server.closeAllConnections(), new Promise(done => server.close(done))),
  })
}

function fileOf(mounts, path) {
  const clean = normalize(path)
  const [mount, folder] = Object.entries(mounts)
    .filter(([at]) => clean.startsWith(at))
    .sort(([one], [other]) => other.length - one.length)[0]
  const file = join(folder, clean.slice(mount.length))
  return clean.endsWith('/') ? join(file, 'index.html') : file
}
