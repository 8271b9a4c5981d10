// Builds the index of a site with each engine, and measures it: wall, CPU, memory, files, bytes.

import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Peers besides Pagefind, each with its index in one file and a text a post. */
export const LIBRARIES = ['minisearch', 'flexsearch', 'lunr']
/** Where a library would need more than this machine has: it is left out, and said so. */
const MOST_POSTS = { pagefind: 30_000, minisearch: 30_000, flexsearch: 9569, lunr: 9569 }

const HERE = new URL('.', import.meta.url).pathname

/**
 * Builds what `engine` needs to answer from `site`, a folder with `pages/`, one a post, and
 * `posts.jsonl`. Gives the figures, or why there are none.
 */
export async function build(engine, posts, content, site, { program, peers, threads }) {
  if (posts > MOST_POSTS[engine]) return { engine, posts, left_out: `not built with more than ${MOST_POSTS[engine]} posts` }
  const out = join(site, engine)
  rmSync(out, { recursive: true, force: true })
  const format = content.endsWith('.jsonl') ? ['--format', 'jsonl'] : []
  const [command, args] = {
    sakuin: [program, ['build', content, '--out', out, '--json', ...format]],
    pagefind: [pagefind(peers), ['--site', join(site, 'pages'), '--output-path', out]],
  }[engine] ?? [process.execPath, ['--max-old-space-size=12000', join(HERE, 'library.mjs'), engine, join(site, 'posts.jsonl'), out]]
  const { code, printed, ...measured } = await measure(command, args)
  if (code !== 0) return { engine, posts, left_out: `its build ended with ${code}` }
  const files = filesBelow(out)
  return { engine, posts, ...measured, ...bytesOf(engine, files, printed) }
}

/** The program that the package carries for this machine. */
function pagefind(peers) {
  const folder = join(peers, 'node_modules/@pagefind', `${process.platform}-${process.arch}`, 'bin')
  return join(folder, readdirSync(folder).find(name => name.includes('extended')) ?? readdirSync(folder)[0])
}

function bytesOf(engine, files, printed) {
  const sum = kind => files.filter(({ path }) => kind.test(path)).reduce((bytes, file) => bytes + file.bytes, 0)
  if (engine === 'sakuin') {
    const { bytes, terms, postings } = JSON.parse(printed.trim().split('\n').at(-1))
    const search = ['manifest', 'root', 'lexicon', 'readings', 'postings', 'columns']
    const code = /\.(js|wasm|css|html)$/
    const data = files.filter(({ path }) => !code.test(path))
    return {
      files: data.length,
      search_bytes: search.reduce((sum, part) => sum + (bytes[part] ?? 0), 0),
      all_bytes: data.reduce((sum, file) => sum + file.bytes, 0) - (bytes.packs ?? 0),
      parts: bytes,
      terms,
      postings,
    }
  }
  if (engine === 'pagefind')
    return {
      files: files.filter(({ path }) => /\.pf_/.test(path)).length,
      search_bytes: sum(/\.pf_(meta|index|filter)$/),
      all_bytes: sum(/\.pf_/),
    }
  return { files: files.length, search_bytes: sum(/index/), all_bytes: sum(/./) }
}

/** Runs a program to its end, and watches its peak memory and CPU time in /proc. */
async function measure(command, args) {
  const start = performance.now()
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let printed = ''
  child.stdout.on('data', data => (printed += data))
  const seen = { memory_kb: 0, cpu_ms: 0 }
  const watch = setInterval(() => look(child.pid, seen), 20)
  const code = await new Promise((done, failed) => child.on('error', failed).on('close', done))
  clearInterval(watch)
  const wall_ms = Math.round(performance.now() - start)
  return { code, printed, wall_ms, cpu_ms: seen.cpu_ms, memory_mb: Math.round(seen.memory_kb / 1024) }
}

/** The kernel keeps the peak, so that looking now and then misses little of it. */
function look(pid, seen) {
  try {
    const peak = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
    if (peak) seen.memory_kb = Math.max(seen.memory_kb, Number(peak[1]))
    const times = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')
    seen.cpu_ms = (Number(times[11]) + Number(times[12])) * 10
  } catch {
    // It has ended.
  }
}

export function filesBelow(folder) {
  if (!existsSync(folder)) return []
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
  return entries.map(entry => join(entry.parentPath, entry.name)).map(path => ({ path, bytes: statSync(path).size }))
}

/** Writes the pages and the posts that peers read, from what `demo-site` makes of the content. */
export async function writePages(content, site, { demoSite }) {
  const pages = join(site, 'pages')
  if (existsSync(join(site, 'posts.jsonl'))) return
  rmSync(site, { recursive: true, force: true })
  mkdirSync(pages, { recursive: true })
  const { code } = await measure(demoSite, [content, join(HERE, 'templates'), pages, 'bench'])
  if (code !== 0) throw new Error(`demo-site ended with ${code}`)
  const posts = []
  for (const { path } of filesBelow(pages)) {
    const html = readFileSync(path, 'utf8')
    const found = /<main data-pagefind-body><h1>([\s\S]*?)<\/h1>([\s\S]*)<\/main>/.exec(html)
    if (!found) continue
    const [title, text] = found.slice(1).map(plain)
    posts.push({ id: String(posts.length), url: path.slice(pages.length).replace(/index\.html$/, ''), title, text })
  }
  writeFileSync(join(site, 'posts.jsonl'), posts.map(post => `${JSON.stringify(post)}\n`).join(''))
}

/** The text of a page, without its tags. */
function plain(html) {
  const text = html.replace(/<\/(p|li|h\d|td|th|pre|div|tr)>|<br\s*\/?>/g, '\n').replace(/<[^>]*>/g, '')
  const named = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#x27': "'" }
  return text.replace(/&(\w+|#\w+);/g, (whole, name) => named[name] ?? whole).replace(/\n\s*\n+/g, '\n').trim()
}
