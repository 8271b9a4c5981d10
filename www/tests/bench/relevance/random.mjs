// Chance that is the same each time: what it draws depends on the seed and on what it draws from.

/** A generator of numbers from 0 up to but not 1, mulberry32, from the letters of `seed`. */
export function random(seed) {
  let state = 0x811c9dc5
  for (const char of seed) state = Math.imul(state ^ char.codePointAt(0), 0x01000193)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** One of `values`. */
export function pick(next, values) {
  return values[Math.floor(next() * values.length)]
}

/** At most `count` of `values`, in an order of chance; `values` stays as it is. */
export function sample(next, values, count) {
  const drawn = [...values]
  const end = Math.min(count, drawn.length)
  for (let at = 0; at < end; at++) {
    const from = at + Math.floor(next() * (drawn.length - at))
    ;[drawn[at], drawn[from]] = [drawn[from], drawn[at]]
  }
  return drawn.slice(0, end)
}
