// Asks an index by hand: what is found and why, what is fetched, what the index is made of.

import { open } from '/sakuin/index.js'

const WORDS = {
  ja: {
    found: (total, exact, ms, tier) => `${exact ? '' : '約'}${total}件、${ms} ms${tier ? `、規則：${tier}` : ''}`,
    incomplete: why => `答えは不完全です：${why}`,
    opened: ms => `索引を ${ms} ms で開きました。`,
    term: ['語', '一致のしかた', '点', 'df', 'tf', '欄'],
    request: ['ファイル', '開始', '時間', 'バイト'],
    sum: (requests, bytes) => `${requests}回、計 ${bytes}`,
    cached: 'キャッシュ',
    none: 'この問いでは、何も取りに行きませんでした。',
    part: ['部分', 'ファイル', '個数', 'バイト', '下限'],
    noParts: '各部分の大きさは、索引のフォルダーに inspect.json があれば図にします：',
    code: 'スクリプト',
    index: '索引',
  },
  en: {
    found: (total, exact, ms, tier) => `${exact ? '' : 'about '}${total} found in ${ms} ms${tier ? `, by the rule “${tier}”` : ''}`,
    incomplete: why => `The answer is incomplete: ${why}`,
    opened: ms => `The index was opened in ${ms} ms.`,
    term: ['Term', 'Met', 'Score', 'df', 'tf', 'Fields'],
    request: ['File', 'Start', 'Time', 'Bytes'],
    sum: (requests, bytes) => `${requests} requests, ${bytes}`,
    cached: 'cached',
    none: 'Nothing had to be fetched for this query.',
    part: ['Part', 'Files', 'Items', 'Bytes', 'Bound'],
    noParts: 'The sizes of the parts are drawn where the index folder has an inspect.json:',
    code: 'scripts',
    index: 'index',
  },
}
const words = WORDS[document.documentElement.lang] ?? WORDS.en
const number = new Intl.NumberFormat(document.documentElement.lang)
const bytesOf = count => `${number.format(count)} B`
const ms = time => number.format(Math.round(time * 10) / 10)

const form = document.querySelector('#ask')
const [said, hits, requests, parts] = ['said', 'hits', 'requests', 'parts'].map(id => document.getElementById(id))

function make(name, attributes = {}, ...children) {
  const element = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value)
  element.append(...children)
  return element
}

function table(names, rows) {
  const row = (cell, values) => make('tr', {}, ...values.map(value => make(cell, {}, value)))
  return make('div', { class: 'wide', tabindex: '0', role: 'group', 'aria-label': names[0] },
    make('table', {}, make('thead', {}, row('th', names)), make('tbody', {}, ...rows.map(values => row('td', values)))))
}

/** A bar of `share`, from 0 to 1, that begins at `from`; `mark` is where a bound lies. */
function bar(share, from = 0, mark) {
  const space = 'http://www.w3.org/2000/svg'
  const svg = document.createElementNS(space, 'svg')
  svg.setAttribute('viewBox', '0 0 200 10')
  svg.setAttribute('preserveAspectRatio', 'none')
  svg.setAttribute('aria-hidden', 'true')
  const rectangle = (x, width, name) => {
    const element = document.createElementNS(space, 'rect')
    for (const [key, value] of Object.entries({ x, width, y: 0, height: 10, class: name })) element.setAttribute(key, value)
    svg.append(element)
  }
  rectangle(0, 200, 'ground')
  rectangle(from * 200, Math.max(share * 200, 1), 'bar')
  if (mark !== undefined) rectangle(mark * 200, 1.5, 'mark')
  return svg
}

let search
let opened = ''
/** What was fetched since the last question, here and in the worker. */
let fetched = []
const note = entries => {
  const own = [new URL('/sakuin/', location.href).href, opened]
  const asked = entries.filter(({ name }) => own.some(folder => folder && name.startsWith(folder)))
  // These are read for the drawing of the parts, and not for an answer.
  fetched.push(...asked.filter(({ name }) => !/(inspect|offline)\.json$/.test(name)))
}
new BroadcastChannel('sakuin-playground').onmessage = ({ data }) => note(data)
new PerformanceObserver(list =>
  note(list.getEntries().map(entry => ({ ...entry.toJSON(), at: performance.timeOrigin + entry.startTime }))),
).observe({ type: 'resource' })

async function openIndex(index) {
  const folder = new URL(index.endsWith('/') ? index : `${index}/`, location.href).href
  if (search && folder === opened) return
  search?.close()
  search = undefined
  opened = folder
  const start = performance.now()
  search = await open(folder, { workerUrl: '/playground-worker.js' })
  said.textContent = words.opened(ms(performance.now() - start))
  void showParts(folder)
}

async function ask() {
  const { index, query, sort, limit } = Object.fromEntries(new FormData(form))
  try {
    await openIndex(index)
    if (!query.trim()) return
    const start = performance.now()
    const answer = await search.query(query, { sort, limit: Number(limit) || 5, explain: true })
    const time = performance.now() - start
    const { total, exact, tier, complete, reason, missing } = answer
    said.textContent = complete ? words.found(number.format(total), exact, ms(time), tier) : words.incomplete(`${reason}: ${missing}`)
    showHits(answer.hits)
  } catch (error) {
    said.textContent = `${error.code ?? error.name}: ${error.message}`
    hits.replaceChildren()
  }
  // Entries of the worker come a moment later.
  setTimeout(showRequests, 300)
}

function showHits(found) {
  const best = Math.max(...found.map(({ score }) => score), Number.EPSILON)
  hits.replaceChildren(
    ...found.map(({ title, url, score, tier, snippet, explain = [] }, at) => {
      const link = make('a', { href: new URL(url, opened).protocol.startsWith('http') ? new URL(url, opened).href : '#' }, title || url)
      const text = snippet.map(part => (part.matched ? make('mark', {}, part.text) : part.text))
      const rows = explain.map(({ term, matched, score, df, tf, fields }) => [
        term || '–', matched, score.toFixed(3), ...(term ? [number.format(df), number.format(tf)] : ['', '']), fields.join(', '),
      ])
      return make('article', {},
        make('h3', {}, `${at + 1}. `, link),
        make('p', { class: 'score' }, bar(score / best), ` ${score.toFixed(3)} · ${tier}`),
        make('p', { class: 'text' }, ...text),
        ...(rows.length > 0 ? [table(words.term, rows)] : []))
    }),
  )
}

function showRequests() {
  const list = fetched.toSorted((a, b) => a.at - b.at)
  fetched = []
  if (list.length === 0) return requests.replaceChildren(make('p', {}, words.none))
  const start = list[0].at
  const end = Math.max(...list.map(({ at, duration }) => at + duration), start + 1)
  const share = time => time / (end - start)
  const rows = list.map(({ name, at, duration, encodedBodySize, transferSize }) => {
    const file = name.startsWith(opened) ? name.slice(opened.length) : new URL(name).pathname
    const size = encodedBodySize > 0 ? bytesOf(encodedBodySize) : '–'
    const cached = encodedBodySize > 0 && transferSize === 0 ? `${size} (${words.cached})` : size
    return [file, ms(at - start), make('span', { class: 'fall' }, bar(share(duration), share(at - start)), ` ${ms(duration)} ms`), cached]
  })
  const sum = list.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)
  requests.replaceChildren(make('p', {}, words.sum(list.length, bytesOf(sum))), table(words.request, rows))
}

async function json(url) {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`${url} answered ${response.status}`)
  return response.json()
}

async function showParts(folder) {
  try {
    const { parts: list } = await json(`${folder}inspect.json`)
    const most = Math.max(...list.map(({ bytes }) => bytes), 1)
    const rows = list.map(({ name, files, items, bytes, bound_bytes: bound }) => [
      name,
      number.format(files),
      number.format(items),
      make('span', { class: 'fall' }, bar(bytes / most, 0, bound ? bound / most : undefined), ` ${bytesOf(bytes)}`),
      bound ? bytesOf(bound) : '–',
    ])
    parts.replaceChildren(table(words.part, rows))
  } catch {
    const say = make('p', {}, `${words.noParts} `, make('code', {}, 'sakuin inspect DIR --json > DIR/inspect.json'))
    parts.replaceChildren(say)
    const { files } = await json(`${folder}offline.json`).catch(() => ({ files: [] }))
    const sizes = { [words.index]: 0, [words.code]: 0 }
    for (const [name, , bytes] of files) sizes[name.endsWith('.skn') ? words.index : words.code] += bytes
    const most = Math.max(...Object.values(sizes), 1)
    const rows = Object.entries(sizes).map(([name, bytes]) => [name, make('span', { class: 'fall' }, bar(bytes / most), ` ${bytesOf(bytes)}`)])
    if (files.length > 0) parts.append(table([words.part[0], words.part[3]], rows))
  }
}

form.addEventListener('submit', event => {
  event.preventDefault()
  void ask()
})
document.querySelector('#cold').addEventListener('click', () => {
  search?.close()
  search = undefined
  void ask()
})
const { index, q } = Object.fromEntries(new URLSearchParams(location.search))
if (index) form.elements.index.value = index
if (q) form.elements.query.value = q
void ask()
