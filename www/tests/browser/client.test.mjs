// The engine client without the element, as a site's own script uses it.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inBrowser, visit } from './harness.mjs'

inBrowser('filters narrow an answer, facets count it, and dates order it', async page => {
  await visit(page)
  const { all, narrowed, byDate, explained, newest, related } = await page.evaluate(async () => {
    const { open } = await import('/sakuin/index.js')
    const search = await open('/search/')
    const all = await search.query('検索', { limit: 100, facets: ['tags', 'lang', 'year'] })
    const narrowed = await search.query('検索', { limit: 100, filters: { lang: ['ja'], tags: ['検索'] } })
    const byDate = await search.query('検索', { sort: 'date' })
    const explained = await search.query('検索', { limit: 1, explain: true })
    const newest = await search.query('検索', { recency: 100 })
    const related = await search.related(explained.hits[0].id)
    return { all, narrowed, byDate, explained, newest, related }
  })
  for (const key of ['tags', 'lang', 'year']) {
    const counts = all.facets[key].map(([, posts]) => posts)
    assert.ok(counts.length > 0)
    assert.deepEqual(counts, [...counts].sort((a, b) => b - a), `${key}, the most frequent first`)
  }
  const tagged = all.hits.filter(({ tags }) => tags.includes('検索'))
  assert.equal(all.facets.tags.find(([tag]) => tag === '検索')[1], tagged.length)
  assert.ok(narrowed.total > 0 && narrowed.total <= tagged.length && narrowed.total < all.total)
  assert.ok(narrowed.hits.every(({ tags }) => tags.includes('検索')))
  const dates = byDate.hits.map(({ date }) => date)
  assert.deepEqual(dates, [...dates].sort().reverse())
  const [{ id, score, explain }] = explained.hits
  assert.ok(explain.some(({ df, tf }) => df > 0 && tf > 0))
  assert.ok(Math.abs(explain.reduce((sum, part) => sum + part.score, 0) - score) < 0.002)
  assert.equal(newest.hits[0].date, dates[0])
  assert.ok(related.length > 0 && related.every(post => post.id !== id && post.title && post.url))
})

inBrowser('a query is aborted, a closed search answers no more, and a post is whole', async page => {
  await visit(page)
  const outcomes = await page.evaluate(async () => {
    const { open } = await import('/sakuin/index.js')
    const search = await open('/search/')
    const reason = call => call.then(() => 'answered', error => (error.name === 'SakuinError' ? error.code : error.name))
    const controller = new AbortController()
    const aborted = reason(search.query('wasm', { signal: controller.signal }))
    controller.abort()
    const outcomes = [await aborted, await reason(search.query('wasm', { signal: AbortSignal.abort() }))]
    const { hits } = await search.query('全文検索')
    const { markdown, title } = await search.post(hits[0].id)
    outcomes.push(title === hits[0].title && markdown.length > 1000, await reason(search.post('no such post')))
    const waiting = reason(search.query('bicycle'))
    search.close()
    outcomes.push(await waiting, await reason(search.query('wasm')))
    return outcomes
  })
  assert.deepEqual(outcomes, ['AbortError', 'AbortError', true, 'broken', 'broken', 'broken'])
})

test('the package is imported where there is no page', async () => {
  for (const name of ['index', 'element', 'reader', 'render', 'worker']) {
    const exported = await import(new URL(`../../dist/${name}.js`, import.meta.url))
    assert.ok(Object.keys(exported).length > 0, name)
  }
})
