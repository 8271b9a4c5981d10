/** Bytes from the network: read with a limit, inflated with a limit, hashed. */

import { SakuinError } from './errors.js'

type Bytes = Uint8Array<ArrayBuffer>

/**
 * Marks a response that a pack held: the pack's hash was checked when it was saved, and its own
 * is not that of the file on the host.
 */
export const UNPACKED = 'sakuin-unpacked'

/** No file of an index is larger, inflated. */
const MAX_INFLATED_BYTES = 1 << 26

/** What can't be compressed is stored, with 5 bytes to a block, which may be as small as 128. */
export function maxDeflatedBytes(inflatedBytes: number): number {
  return inflatedBytes + (inflatedBytes >> 4) + 64
}

/** Reads `stream` to its end, which must come within `maxBytes`; tells `onBytes` how many came. */
export async function readUpTo(
  stream: ReadableStream<Bytes>,
  maxBytes: number,
  onBytes: (bytes: number) => void = () => {},
): Promise<Bytes> {
  const chunks: Bytes[] = []
  let lenBytes = 0
  const reader = stream.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    lenBytes += value.length
    if (lenBytes > maxBytes) {
      await reader.cancel().catch(() => {})
      throw new SakuinError('broken', `more than the ${maxBytes} bytes announced`)
    }
    chunks.push(value)
    onBytes(value.length)
  }
  const bytes = new Uint8Array(lenBytes)
  let atBytes = 0
  for (const chunk of chunks) {
    bytes.set(chunk, atBytes)
    atBytes += chunk.length
  }
  return bytes
}

/** Inflates raw deflate to at most `maxBytes`; the engine knows how many it must be. */
export async function inflate(file: Bytes, maxBytes: number): Promise<Bytes> {
  let atBytes = 0
  // In small slices: Chromium inflates a whole chunk before it looks whether anyone still reads.
  const slices = new ReadableStream<Bytes>({
    pull(controller) {
      if (atBytes < file.length) controller.enqueue(file.slice(atBytes, (atBytes += 8192)))
      else controller.close()
    },
  })
  const stream = slices.pipeThrough(new DecompressionStream('deflate-raw'))
  try {
    return await readUpTo(stream as ReadableStream<Bytes>, Math.min(maxBytes, MAX_INFLATED_BYTES))
  } catch (cause) {
    if (cause instanceof SakuinError) throw cause
    throw new SakuinError('broken', 'invalid deflate stream', { cause })
  }
}

/** The SHA-256 of `file`; empty on an insecure origin, where browsers give none. */
export async function sha256(file: Bytes): Promise<Bytes> {
  const digest = await globalThis.crypto?.subtle?.digest('SHA-256', file)
  return new Uint8Array(digest ?? 0)
}
