// What the tests of the renderer do in the page: it renders many texts at a time, and looks at each.

import { render } from '/sakuin/render.js'

const ID_PREFIX = 's-'

/** At most so many faults are told; a broken renderer has one in every text. */
const MAX_FAULTS = 20

/** Elements that a page may hold. The list that is tested is in `src/markdown/element.rs`. */
const ELEMENTS = new Set(
  ('a abbr b bdi blockquote br caption cite code dd del details dfn div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 ' +
    'hr i img input ins kbd li mark ol p pre q rb rp rt ruby s samp section small span strong sub summary sup table ' +
    'tbody td tfoot th thead tr u ul var wbr').split(' '),
)

const NUMBER = /^\d+$/

/** Attributes that a page may hold, on the elements named, with values like this. */
const ATTRIBUTES = {
  id: [/./, /^s-[^\s]+$/],
  class: [
    /./,
    /^((math|math math-display|footnote-ref|footnote-backref|footnotes|cut)|[cmks]|n[acft]|g[di]|alert alert-(note|tip|important|warning|caution)|language-[\w#+.-]+)$/,
  ],
  href: [/^a$/, /./],
  rel: [/^a$/, /^noopener noreferrer$/],
  title: [/^(a|img|abbr)$/, /^/],
  src: [/^img$/, /./],
  alt: [/^img$/, /^/],
  loading: [/^img$/, /^lazy$/],
  width: [/^img$/, NUMBER],
  height: [/^img$/, NUMBER],
  start: [/^ol$/, NUMBER],
  align: [/^t[dh]$/, /^(left|center|right)$/],
  colspan: [/^t[dh]$/, NUMBER],
  rowspan: [/^t[dh]$/, NUMBER],
  open: [/^details$/, /^$/],
  type: [/^input$/, /^checkbox$/],
  disabled: [/^input$/, /^$/],
  checked: [/^input$/, /^$/],
}

const LINK = /^(https?|mailto|tel):/
const IMAGE = /^(https?:|data:image\/(png|jpeg|gif|webp|avif)[;,])/i

/** What of `root`'s content isn't on the list; addresses are read by the browser itself. */
export function strangers(root) {
  const found = []
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_ALL)
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.nodeType === Node.TEXT_NODE) continue
    const { localName, namespaceURI, attributes } = node
    if (!ELEMENTS.has(localName) || namespaceURI !== 'http://www.w3.org/1999/xhtml') {
      found.push(`<${localName ?? node.nodeName}>`)
      continue
    }
    for (const { name, value } of attributes) {
      const [elements, values] = Object.hasOwn(ATTRIBUTES, name) ? ATTRIBUTES[name] : []
      if (!elements?.test(localName) || !values.test(value)) found.push(`<${localName} ${name}="${value}">`)
    }
    // What the browser can't read as an address leads nowhere.
    for (const [name, allowed] of [['href', LINK], ['src', IMAGE]]) {
      const address = URL.parse(node.getAttribute(name) ?? '//', document.baseURI)
      if (address && !allowed.test(address)) found.push(`<${localName} ${name}="${address}">`)
    }
  }
  return found
}

/** Every `shares`th line of a served file, from the line `share`, as a value. */
async function* lines(url, { share, shares }) {
  const text = await (await fetch(url)).text()
  for (let at = 0, line = 0, end; (end = text.indexOf('\n', at)) >= 0; at = end + 1, line++) {
    if (line % shares === share) yield JSON.parse(text.slice(at, end))
  }
}

/** FNV-1a, as in `tests/support/pages.rs`. */
function digest(html) {
  let hash = 2166136261
  for (let at = 0; at < html.length; at++) hash = Math.imul(hash ^ html.charCodeAt(at), 16777619)
  return hash >>> 0
}

const inert = document.implementation.createHTMLDocument()

/** Whether the browser reads `html` as just this content of `element`. */
function readsBack(html, element) {
  const parsed = inert.createElement('div')
  parsed.innerHTML = html
  // The parser cuts a text after 65,536 units.
  parsed.normalize()
  return parsed.isEqualNode(element)
}

/** Where two texts part. */
function parting(a, b) {
  let at = 0
  while (at < a.length && a[at] === b[at]) at++
  return `${JSON.stringify(a.slice(at - 40, at + 80))} against ${JSON.stringify(b.slice(at - 40, at + 80))}`
}

/** Renders every page of a share of the file, and compares it with what the native renderer made. */
export async function comparePages(url, share) {
  const faults = []
  const groups = {}
  let slowest = 0
  for await (const { name, markdown, runs, url: base, html, outline } of lines(url, share)) {
    const element = document.createElement('div')
    const start = performance.now()
    const headings = await render({ markdown, runs, url: base }, element, { idPrefix: ID_PREFIX })
    slowest = Math.max(slowest, performance.now() - start)
    const group = name.split(':')[0]
    groups[group] = (groups[group] ?? 0) + 1
    const { innerHTML } = element
    if (innerHTML !== html) faults.push(`${name} in wasm and native: ${parting(innerHTML, html)}`)
    else if (!readsBack(html, element)) faults.push(`${name} is not what its HTML says: ${markdown.slice(0, 200)}`)
    const listed = headings.map(({ level, anchor, text }) => [level, anchor, text])
    if (JSON.stringify(listed) !== JSON.stringify(outline)) faults.push(`${name}: another outline`)
    const strange = strangers(element)
    if (strange.length) faults.push(`${name} holds ${strange}`)
    if (faults.length > MAX_FAULTS) break
  }
  return { faults, groups, slowest }
}

/** What would wake a handler up, if there were one. */
const EVENTS = ['error', 'focus', 'load', 'mouseover'].map(name => new Event(name))

/**
 * Renders every attack of a share of the file into `box`, which is in the page, looks for what
 * isn't on the list, follows each link, and sets off events. `parse` also compares with what the
 * browser makes of the HTML, which Trusted Types forbid.
 */
export async function attack(url, share, { parse }) {
  const box = document.querySelector('#box')
  // No link leads away; `javascript:` isn't held up.
  box.addEventListener('click', event => event.target.protocol === 'javascript:' || event.preventDefault())
  const faults = []
  let posts = 0
  let nodes = 0
  for await (const texts of lines(url, share)) {
    for (const [markdown, expected] of texts) {
      await render({ markdown, url: 'https://blog.example/posts/a/' }, box, { idPrefix: ID_PREFIX })
      posts++
      const { innerHTML } = box
      const strange = strangers(box)
      if (strange.length) faults.push(`${strange} of ${JSON.stringify(markdown)}`)
      if (digest(innerHTML) !== expected) faults.push(`wasm and native differ on ${JSON.stringify(markdown)}`)
      for (const node of box.querySelectorAll('*')) {
        nodes++
        for (const event of EVENTS) node.dispatchEvent(event)
        if (node.localName === 'a') node.click()
      }
      if (parse) {
        const content = document.createElement('div')
        content.append(...box.childNodes)
        if (!readsBack(innerHTML, content)) faults.push(`${innerHTML} reads back otherwise, of ${JSON.stringify(markdown)}`)
      }
      if (faults.length > MAX_FAULTS) return { faults, posts, nodes }
    }
  }
  return { faults, posts, nodes }
}
