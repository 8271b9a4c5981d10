// Engines in Chromium: how much comes over the network before the first answer, and how long
// answers take.

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { serve } from '../server.mjs'
import { script } from './pages.mjs'

/** Hits of a cold answer, and of a warm one. */
const FIRST = 5
const LIMIT = 10
/** How many of the queries are asked with each wait, and how many trips are counted on. */
const SLOW_QUERIES = 5

/** A browser, and a server of what `engines` built below `site`. */
export async function openBench(site, engines, peers) {
  const bench = join(site, 'bench')
  mkdirSync(bench, { recursive: true })
  for (const engine of engines) {
    writeFileSync(join(bench, `${engine}.js`), await script(engine, peers))
    const html = `<!doctype html><html lang="ja"><meta charset="utf-8"><title>${engine}</title><script type="module" src="/bench/${engine}.js"></script>`
    writeFileSync(join(bench, `${engine}.html`), html)
  }
  const server = await serve({ '/bench/': bench, ...Object.fromEntries(engines.map(engine => [`/${engine}/`, join(site, engine)])) })
  const browser = await chromium.launch({ executablePath: process.env.SAKUIN_CHROMIUM, args: ['--no-sandbox'] })
  return {
    version: browser.version(),
    cold: (engine, queries) => cold(browser, server, engine, queries),
    warm: (engines, queries) => warm(browser, server, engines, queries),
    async close() {
      await browser.close()
      await server.close()
    },
  }
}

async function visit(page, server, engine) {
  await page.goto(`${server.address}bench/${engine}.html`)
  await page.waitForFunction(() => window.start && window.ask)
}

/**
 * Each query in a page that has seen nothing, since the server lets nothing be kept: bytes,
 * requests, trips, and time by wait.
 */
async function cold(browser, server, engine, queries) {
  const page = await browser.newPage()
  const runs = []
  for (const text of queries) runs.push(await coldRun(page, server, engine, text))
  const slow = {}
  for (const wait of [150, 400]) {
    slow[wait] = []
    for (const text of queries.slice(0, SLOW_QUERIES)) slow[wait].push(await slowRun(page, server, engine, text, wait))
  }
  await page.close()
  const bytes = runs.map(run => run.bytes)
  return {
    queries: queries.length,
    without_hits: runs.filter(({ hits }) => hits === 0).length,
    bytes_p50: among(bytes, 0.5),
    bytes_p90: among(bytes, 0.9),
    bytes_worst: Math.max(...bytes),
    requests_p50: among(runs.map(run => run.requests), 0.5),
    requests_p90: among(runs.map(run => run.requests), 0.9),
    trips_p50: among(slow[150].map(run => run.trips), 0.5),
    trips_worst: Math.max(...slow[150].map(run => run.trips)),
    ms_0: among(runs.map(run => run.ms), 0.5),
    ms_150: among(slow[150].map(run => run.ms), 0.5),
    ms_400: among(slow[400].map(run => run.ms), 0.5),
    kinds: kindsOf(runs),
  }
}

async function coldRun(page, server, engine, text) {
  server.log.length = 0
  await visit(page, server, engine)
  const { hits, ms } = await page.evaluate(ask, { text, limit: FIRST })
  // A script of the bench counts where it holds a library; else it is ours.
  const ours = new RegExp(`^/bench/${engine}\\.html$|^/bench/(sakuin|pagefind)\\.js$|favicon`)
  const seen = server.log.filter(({ path }) => !ours.test(path)).map(({ path, bytes }) => ({ path, bytes }))
  return { hits, ms, requests: seen.length, bytes: seen.reduce((sum, { bytes }) => sum + bytes, 0), seen }
}

/** The same where each request waits, with its trips. */
async function slowRun(page, server, engine, text, wait) {
  server.delay = 0
  await visit(page, server, engine)
  server.delay = wait
  const spans = new Map()
  const begun = request => spans.set(request, { start: performance.now(), end: Infinity })
  const ended = request => Object.assign(spans.get(request) ?? {}, { end: performance.now() })
  page.context().on('request', begun).on('requestfinished', ended)
  const { ms } = await page.evaluate(ask, { text, limit: FIRST })
  page.context().off('request', begun).off('requestfinished', ended)
  server.delay = 0
  return { ms, trips: longestChain([...spans.values()]) }
}

function ask({ text, limit }) {
  const start = performance.now()
  return window
    .start()
    .then(engine => window.ask(engine, text, limit))
    .then(hits => ({ hits: hits.length, ms: performance.now() - start }))
}

/** The most requests of which each began when the one before it had been answered. */
function longestChain(spans) {
  let trips = 0
  let last = -Infinity
  for (const { start, end } of spans.filter(({ end }) => end < Infinity).sort((a, b) => a.end - b.end)) {
    if (start < last) continue
    trips++
    last = end
  }
  return trips
}

/** Mean bytes and requests of a cold answer, by kind of file. */
function kindsOf(runs) {
  const kinds = {}
  for (const { path, bytes } of runs.flatMap(run => run.seen)) {
    const kind = /\.(js|wasm)$/.test(path) ? path.split('/').at(-1) : (/\.\w+$/.exec(path)?.[0] ?? path)
    kinds[kind] ??= { bytes: 0, requests: 0 }
    kinds[kind].bytes += bytes / runs.length
    kinds[kind].requests += 1 / runs.length
  }
  for (const kind of Object.values(kinds)) {
    kind.bytes = Math.round(kind.bytes)
    kind.requests = Math.round(kind.requests * 10) / 10
  }
  return kinds
}

/**
 * Queries of a page that has asked all of them once, so that what they need is there; engines take
 * turns, so that whatever else the machine does befalls all. `typed` are the queries letter by
 * letter.
 */
async function warm(browser, server, engines, queries) {
  server.delay = 0
  const typed = queries.slice(0, 25).flatMap(text => [...text].map((_, at, letters) => letters.slice(0, at + 1).join('')))
  const pages = new Map()
  for (const engine of engines) {
    const page = await browser.newPage()
    await visit(page, server, engine)
    await page.evaluate(async () => void (window.engine = await window.start()))
    await page.evaluate(times, { queries: [...queries, ...typed], limit: LIMIT })
    pages.set(engine, page)
  }
  const spent = new Map(engines.map(engine => [engine, { whole: [], typed: [] }]))
  for (let from = 0; from < queries.length; from += 10)
    for (const [engine, page] of pages)
      spent.get(engine).whole.push(...(await page.evaluate(times, { queries: queries.slice(from, from + 10), limit: LIMIT })))
  for (const [engine, page] of pages) spent.get(engine).typed.push(...(await page.evaluate(times, { queries: typed, limit: LIMIT })))
  for (const page of pages.values()) await page.close()
  return new Map(
    [...spent].map(([engine, { whole, typed }]) => [
      engine,
      {
        p50: ms(among(whole, 0.5)),
        p95: ms(among(whole, 0.95)),
        p99: ms(among(whole, 0.99)),
        typed_p50: ms(among(typed, 0.5)),
        typed_worst: ms(Math.max(...typed)),
      },
    ]),
  )
}

/** Asks one after another, and gives the time of each in milliseconds. */
async function times({ queries, limit }) {
  const spent = []
  for (const text of queries) {
    const start = performance.now()
    await window.ask(window.engine, text, limit)
    spent.push(performance.now() - start)
  }
  return spent
}

function among(values, part) {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]
}

function ms(value) {
  return Math.round(value * 100) / 100
}
