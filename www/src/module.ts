/** Fetches and compiles a wasm module. */

import { SakuinError, request } from './errors.js'

/** The smallest module there is: where this is refused, all are. */
const EMPTY = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0])

/** @throws {SakuinError} `blocked` where the page's policy allows no WebAssembly. */
export async function compile(url: string): Promise<WebAssembly.Module> {
  const response = await request(url)
  try {
    // Some hosts serve wasm under a type of their own, from which no stream is compiled.
    return response.headers.get('content-type') === 'application/wasm'
      ? await WebAssembly.compileStreaming(response)
      : await WebAssembly.compile(await response.arrayBuffer())
  } catch (cause) {
    if (await refused()) {
      throw new SakuinError('blocked', "script-src needs 'wasm-unsafe-eval'", { cause })
    }
    throw new SakuinError('broken', `${url} is not a WebAssembly module`, { cause })
  }
}

async function refused(): Promise<boolean> {
  try {
    await WebAssembly.compile(EMPTY)
    return false
  } catch {
    return true
  }
}
