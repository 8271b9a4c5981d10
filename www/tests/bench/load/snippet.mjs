// What the page of a library adds: a snippet of each hit.

import { words } from '../relevance/words.mjs'

export { words }

const texts = new Map()

/** Hits with a snippet, from `[place, title, url]`; texts are fetched once. */
export function answer(folder, query, hits) {
  return Promise.all(
    hits.map(async ([at, title, url]) => {
      if (!texts.has(at)) texts.set(at, await (await fetch(`${folder}${at}.json`)).json())
      const text = texts.get(at)
      const lower = text.toLowerCase()
      const places = words(query).map(word => lower.indexOf(word)).filter(place => place >= 0)
      const from = Math.max(0, Math.min(...places, text.length) - 30)
      return { title, url, snippet: text.slice(from, from + 120) }
    }),
  )
}
