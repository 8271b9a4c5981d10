// WebKitGTK through its WebDriver, behind as much of Playwright's page as the tests of keys, input
// methods and the main path use. WebDriver knows nothing of requests and of scripts that come before
// a page's own: a host before the demo's sees to both.

import { spawn } from 'node:child_process'
import { createServer } from 'node:http'

/** Keys by the code points that WebDriver has for them. */
const KEYS = {
  ArrowDown: '\ue015', ArrowUp: '\ue013', Enter: '\ue007', Escape: '\ue00c', Delete: '\ue017',
  Control: '\ue009', Shift: '\ue008', Tab: '\ue004',
}

const PATIENCE_MS = 20_000
/** More than a script may take, which the driver ends after 30 s. */
const ANSWER_MS = 40_000
const pages = new Map()
const before = []

/** A host before the one at `demo`, with the pages that tests make; tells its address. */
export async function startHost(demo) {
  const server = createServer(async ({ url, headers }, answer) => {
    const { pathname } = new URL(url, demo)
    if (pathname === '/test-before.js') {
      const sent = { 'content-type': 'text/javascript', 'cache-control': 'no-store' }
      return answer.writeHead(200, sent).end(before.join('\n'))
    }
    const made = pages.get(pathname)
    const response = made ? undefined : await fetch(new URL(url, demo), { headers: { accept: headers.accept ?? '*/*' } })
    const body = made?.body ?? Buffer.from(await response.arrayBuffer())
    const sent = made?.headers ?? { 'content-type': response.headers.get('content-type') ?? '' }
    const isPage = sent['content-type'].startsWith('text/html')
    const script = '<script src="/test-before.js"></script>'
    const shown = isPage ? String(body).replace(/(<meta charset[^>]*>)/, `$1${script}`) : body
    answer.writeHead(response?.status ?? 200, { ...sent, 'cache-control': 'no-cache' }).end(shown)
  })
  await new Promise(done => server.listen(0, '127.0.0.1', done))
  server.unref()
  return `http://127.0.0.1:${server.address().port}/`
}

/** Starts the driver at `path`, on a screen that nobody sees, and a browser for each page. */
export async function launch(path) {
  let driver = await start(path)
  return {
    async newPage() {
      // Now and then a browser does not come up, and the driver waits for it for ever.
      const { sessionId } = await driver.session().catch(async () => {
        driver.end()
        driver = await start(path)
        return driver.session()
      })
      pages.clear()
      before.length = 0
      const { call } = driver
      return new Page((method, path, body) => call(method, `/session/${sessionId}${path}`, body))
    },
    close: () => driver.end(),
  }
}

let drivers = 0

async function start(path) {
  const port = 20_000 + ((process.pid + 7919 * drivers++) % 20_000)
  const args = ['--auto-servernum', path, `--port=${port}`]
  const driver = spawn('xvfb-run', args, { stdio: 'ignore', detached: true })
  const call = async (method, path, body) => {
    const signal = AbortSignal.timeout(ANSWER_MS)
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { method, body: body && JSON.stringify(body), signal })
    const { value } = await response.json()
    if (!response.ok) throw new Error(`${value.error}: ${value.message}`)
    return value
  }
  const end = () => process.kill(-driver.pid)
  for (let left = 100; ; left--) {
    try {
      await call('GET', '/status')
      return { call, end, session: () => call('POST', '/session', { capabilities: { alwaysMatch: {} } }) }
    } catch (error) {
      if (left === 0) return end(), Promise.reject(error)
      await new Promise(done => setTimeout(done, 100))
    }
  }
}

class Page {
  constructor(call) {
    this.call = call
    this.keyboard = {
      press: keys => this.#press(keys.split('+')),
      insertText: text => this.evaluate(text => document.execCommand('insertText', false, text), text),
    }
  }

  context = () => this
  close = () => this.call('DELETE', '')
  url = () => this.address
  addInitScript = async script => void before.push(`;(${script})()`)
  waitForTimeout = ms => new Promise(done => setTimeout(done, ms))
  locator = selector => new Locator(this, [{ selector }])

  async goto(url) {
    await this.call('POST', '/url', { url: String(url) })
    this.address = await this.call('GET', '/url')
  }

  async reload() {
    await this.call('POST', '/refresh', {})
  }

  /** Answers with what `route` fulfils; all that a test may do here. */
  async route(url, answer) {
    await answer({ fulfill: page => pages.set(new URL(url).pathname, page) })
  }

  /** Calls `script` in the page with `argument`, values both. */
  async evaluate(script, argument) {
    const body = `const done = arguments[1]
      Promise.resolve((${script})(arguments[0])).then(value => done({ value }), error => done({ error: String(error.stack ?? error) }))`
    const { value, error } = await this.call('POST', '/execute/async', { script: body, args: [argument ?? null] })
    if (error) throw new Error(error)
    return value
  }

  waitForFunction(script, argument) {
    return until(`${script}`, () => this.evaluate(script, argument))
  }

  waitForURL(glob) {
    const [, end] = glob.split('**')
    return until(glob, async () => (await this.call('GET', '/url')).endsWith(end.replaceAll('*', '')))
  }

  async #press(keys) {
    const codes = keys.map(key => KEYS[key] ?? key)
    const actions = [
      ...codes.map(value => ({ type: 'keyDown', value })),
      ...codes.toReversed().map(value => ({ type: 'keyUp', value })),
    ]
    await this.call('POST', '/actions', { actions: [{ type: 'key', id: 'keyboard', actions }] })
  }
}

/** Elements that a path of selectors leads to, through open shadow trees. */
class Locator {
  constructor(page, path) {
    this.page = page
    this.path = path
  }

  #with = step => new Locator(this.page, [...this.path, step])
  locator = selector => this.#with({ selector })
  nth = at => this.#with({ at })
  first = () => this.nth(0)

  /** Calls `script` with the elements and `argument`. */
  evaluateAll(script, argument) {
    const find = path => {
      const deep = (root, selector) => [
        ...root.querySelectorAll(selector),
        ...[...root.querySelectorAll('*'), root].flatMap(({ shadowRoot }) => (shadowRoot ? deep(shadowRoot, selector) : [])),
      ]
      return path.reduce(
        (found, { selector, at }) => (selector ? found.flatMap(root => deep(root, selector)) : found.slice(at, at + 1)),
        [document],
      )
    }
    const body = `({ path, argument }) => (${script})((${find})(path), argument)`
    return this.page.evaluate(body, { path: this.path, argument })
  }

  /** The same with the first of them, once it is there. */
  async evaluate(script, argument) {
    await this.waitFor({ state: 'attached' })
    return this.evaluateAll(`([element], argument) => (${script})(element, argument)`, argument)
  }

  count = () => this.evaluateAll(elements => elements.length)
  getAttribute = name => this.evaluate((element, name) => element.getAttribute(name), name)
  inputValue = () => this.evaluate(element => element.value)
  textContent = () => this.evaluate(element => element.textContent)
  innerText = () => this.evaluate(element => element.innerText)
  allTextContents = () => this.evaluateAll(elements => elements.map(element => element.textContent))
  allInnerTexts = () => this.evaluateAll(elements => elements.map(element => element.innerText))
  isVisible = () => this.evaluateAll(([element]) => element?.checkVisibility() ?? false)
  focus = () => this.evaluate(element => element.focus())
  blur = () => this.evaluate(element => element.blur())
  click = () => this.evaluate(element => (element.focus(), element.click()))
  selectText = () => this.evaluate(element => element.select())

  waitFor({ state = 'visible' } = {}) {
    const holds = {
      attached: ([element]) => !!element,
      detached: ([element]) => !element,
      visible: ([element]) => element?.checkVisibility() ?? false,
    }[state]
    return until(`${JSON.stringify(this.path)} ${state}`, () => this.evaluateAll(holds))
  }
}

async function until(what, holds) {
  const end = Date.now() + PATIENCE_MS
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`not in ${PATIENCE_MS} ms: ${what}`)
    await new Promise(done => setTimeout(done, 20))
  }
}
