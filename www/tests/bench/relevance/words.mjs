// How peers without an analyser of Japanese are told where words end: by the platform.

const segmenter = new Intl.Segmenter('ja', { granularity: 'word' })

/** The words of a text, folded. */
export function words(text) {
  const found = []
  for (const { segment, isWordLike } of segmenter.segment(text.normalize('NFKC').toLowerCase()))
    if (isWordLike) found.push(segment)
  return found
}

/** Answers each query by `search(text)`, which gives ids, the best first. */
export function answers(queries, limit, search) {
  const found = new Map()
  for (const { id, text } of queries) {
    const ids = search(text)
    found.set(id, (limit === 0 ? ids : ids.slice(0, limit)).map(id => ({ id })))
  }
  return found
}
