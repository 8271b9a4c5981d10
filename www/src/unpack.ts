/**
 * Reads packs: many files of an index in one, for those who save it. The reverse of `encode` in
 * `src/format/pack.rs`, which tells what the code says; the range code is that of `range.rs`.
 */

import { UNPACKED, readUpTo, sha256 } from './bytes.js'
import { SakuinError } from './errors.js'
import type { Unpacker } from './store.js'

/** A file in a pack: what it inflates to, or, of a code, what travels. */
export interface Slice {
  bytes: Uint8Array<ArrayBuffer>
  isCode: boolean
}

/** After so long the page gets its turn. */
const SLICE_MS = 8

/** No pack holds more. */
const MAX_PACK_BYTES = 1 << 26
const MIN_COPY = 4
const PLACE_BITS = 16

const HALF = 1 << 15
const MEMORY = 30
const DOUBT = 5
const LEAST = 16
const NARROW = 1 << 24
/** The zeros behind the last byte that are taken. */
const ZEROS = 3

// Where models stand: those of bits of bytes, of copies, of `again`, and of numbers, 48 for each.
const ONE_BEFORE = 1 << 8
const TWO_BEFORE = ONE_BEFORE + (1 << 16)
const COPIES = TWO_BEFORE + (16 << PLACE_BITS)
const AGAIN = COPIES + 512
const LENGTHS = AGAIN + 2
const NUMBER = 32 + 16
const BACKS = LENGTHS + 2 * NUMBER
const SLICES = BACKS + 8 * NUMBER
const CODES = SLICES + 2 * NUMBER
const MODELS = CODES + 1

/** Checks the pack that comes, and gives the files in it, deflated as they would come alone. */
export const unpackFiles: Unpacker = async ({ url, body }, [, known, bytes, files], keep, onBytes) => {
  const file = body ? await readUpTo(body, bytes, onBytes) : new Uint8Array()
  const hash = [...(await sha256(file))].map(byte => byte.toString(16).padStart(2, '0')).join('')
  if (hash !== known) throw new SakuinError('broken', `${url} is cut short, or another file`)
  // Nothing is kept before all has been read: a host may hash its own lies.
  const slices: Slice[] = []
  let until = performance.now() + SLICE_MS
  for (const slice of unpack(file, files.length)) {
    slices.push(slice)
    if (performance.now() < until) continue
    await new Promise(done => setTimeout(done))
    until = performance.now() + SLICE_MS
  }
  for (const [number, { bytes, isCode }] of slices.entries()) {
    await keep(files[number]!, isCode ? new Response(bytes) : deflated(bytes))
  }
}

/** The pack's hash has told that it is right; its own is that of another deflate. */
function deflated(slice: Uint8Array<ArrayBuffer>): Response {
  const stream = new Blob([slice]).stream().pipeThrough(new CompressionStream('deflate-raw'))
  return new Response(stream, { headers: { [UNPACKED]: '' } })
}

/**
 * The slices of a pack, one by one; a view of each.
 *
 * @throws {SakuinError} `broken` when the pack is cut or damaged, or has not `count` slices.
 */
export function* unpack(pack: Uint8Array, count: number): Generator<Slice> {
  const tilts = new Int16Array(MODELS)
  const seen = new Uint8Array(MODELS)
  // In an array, as numbers above 2³¹ are slow anywhere else.
  const state = new Uint32Array([0xffffffff, 0])
  let bytes = new Uint8Array()
  let taken = 0
  let at = 0
  let afterCopy = 0
  let again = 0
  let back = 0

  function takeByte(): void {
    state[1] = (state[1]! << 8) | (taken < pack.length ? pack[taken]! : 0)
    taken++
  }

  function narrow(one: number): number {
    const bit = state[1]! < one ? 1 : 0
    if (bit) {
      state[0] = one
    } else {
      state[0]! -= one
      state[1]! -= one
    }
    while (state[0]! < NARROW) {
      state[0] = state[0]! << 8
      takeByte()
    }
    return bit
  }

  function share(tilt: number): number {
    return (state[0]! >>> 12) * Math.min(Math.max((HALF + tilt) >> 4, LEAST), 4096 - LEAST)
  }

  function learn(model: number, bit: number): void {
    const tilt = tilts[model]!
    const count = seen[model]!
    tilts[model] = tilt + (((((bit ? HALF - 1 : -HALF) - tilt) * 2) / (2 * count + 3)) | 0)
    if (count < MEMORY) seen[model] = count + 1
  }

  function bitOf(model: number): number {
    const bit = narrow(share(tilts[model]!))
    learn(model, bit)
    return bit
  }

  /** The one that `closer` counts in, the more the more it has seen. */
  function mixed(tilt: number, closer: number): number {
    const count = seen[closer]!
    return tilt + ((((tilts[closer]! - tilt) * count) / (count + DOUBT)) | 0)
  }

  /** Bits behind a 1, each as likely as not. */
  function even(node: number, bits: number): number {
    for (; bits > 0; bits--) node = node * 2 + 1 - narrow(state[0]! >>> 1)
    return node
  }

  function number(models: number): number {
    let width = 0
    while (width < 31 && bitOf(models + width)) width++
    const high = models + 32 + 4 * Math.min(width, 3)
    let node = 1
    for (let place = Math.min(width, 2); place > 0; place--) node = node * 2 + bitOf(high + node)
    return even(node, width - 2) - 1
  }

  function byte(last: number): number {
    const other = at > 1 ? bytes[at - 2]! : 0
    let node = 1
    for (let half = 0; half < 2; half++) {
      const hash = Math.imul((node << 16) | (other << 8) | last, 0x9e3779b1) >>> (32 - PLACE_BITS)
      let two = 1
      for (let place = 0; place < 4; place++) {
        const oneBefore = ONE_BEFORE + last * 256 + node
        const twoBefore = TWO_BEFORE + hash * 16 + two
        const bit = narrow(share(mixed(mixed(tilts[node]!, oneBefore), twoBefore)))
        learn(node, bit)
        learn(oneBefore, bit)
        learn(twoBefore, bit)
        node = node * 2 + bit
        two = two * 2 + bit
      }
    }
    return node
  }

  function readUntil(end: number, isCode: boolean): void {
    while (at < end) {
      checkTaken()
      const last = at > 0 ? bytes[at - 1]! : 0
      afterCopy = bitOf(COPIES + last * 2 + afterCopy)
      if (!afterCopy) {
        bytes[at] = isCode ? even(1, 8) : byte(last)
        at++
        continue
      }
      again = bitOf(AGAIN + again)
      const lenBytes = number(LENGTHS + again * NUMBER) + MIN_COPY
      if (!again) back = number(BACKS + Math.min(31 - Math.clz32(lenBytes - 3), 7) * NUMBER) + 1
      if (lenBytes > end - at || back === 0 || back > at) throw broken()
      for (const after = at + lenBytes; at < after; at++) bytes[at] = bytes[at - back]!
    }
  }

  function checkTaken(): void {
    if (taken > pack.length + ZEROS) throw broken()
  }

  for (let place = 0; place < 4; place++) takeByte()
  const slices: [lenBytes: number, isCode: number][] = []
  let total = 0
  while (slices.length < count) {
    checkTaken()
    const isCode = bitOf(CODES)
    const lenBytes = number(SLICES + isCode * NUMBER)
    slices.push([lenBytes, isCode])
    total += lenBytes
  }
  if (total > MAX_PACK_BYTES) throw broken()
  bytes = new Uint8Array(total)
  for (const [lenBytes, isCode] of slices) {
    const start = at
    readUntil(at + lenBytes, isCode === 1)
    yield { bytes: bytes.subarray(start, at), isCode: isCode === 1 }
  }
  if (taken !== pack.length + ZEROS) throw broken()
}

function broken(): SakuinError {
  return new SakuinError('broken', 'a pack of the index is damaged')
}
