/**
 * The page that the service worker gives where a page can't be had: the post of the same
 * address, from what is saved, with the search above it.
 */

import { type Post, open, reasonOf } from './client.js'
import { make } from './dom.js'
import { elementCss } from './element.js'
import pageCss from './page.css'
import { Article, addressesOf, css, readerStringsFor } from './reader.js'
import { adopt } from './styles.js'

const folder = new URL('.', import.meta.url).href
const lang = navigator.language
const words = readerStringsFor(lang)
// What can't be had here, wherever the fault lies, is what was not saved.
const strings = { ...words, imageMissing: words.imageNotSaved }

const host = make('main')
const notice = make('div', { part: 'notice', role: 'status' })
const article = new Article({ strings, lang, say: text => (notice.textContent = text) })

void start()

async function start(): Promise<void> {
  document.documentElement.lang = lang
  const shadow = host.attachShadow({ mode: 'open' })
  adopt(shadow, elementCss)
  adopt(shadow, css)
  adopt(document, pageCss)
  shadow.append(make('div', { class: 'page', lang }, article.element, notice))
  const search = make('sakuin-search', { src: folder })
  document.body.replaceChildren(make('header', {}, search), host)
  addEventListener('online', offerReload)
  await show()
}

async function show(): Promise<void> {
  article.announce(undefined)
  try {
    const post = await find()
    document.title = post.title
    document.documentElement.lang = post.lang || lang
    document.head.append(make('link', { rel: 'canonical', href: location.href.replace(/#.*/, '') }))
    await article.show(post)
    document.body.append(make('footer', {}, strings.savedCopy))
    if (location.hash) article.goTo(location.hash.slice(1))
  } catch (error) {
    // Anything else is told as in the reader.
    if (reasonOf(error) !== 'broken') return article.fail(error)
    const { what, next } = strings.pageNotSaved
    document.title = article.heading.textContent = what
    article.tell(make('p', {}, next))
  }
}

/** The post of this page's address. */
async function find(): Promise<Post> {
  const search = await open(folder)
  let missing: unknown
  for (const address of addressesOf(location.pathname)) {
    try {
      return await search.post(address)
    } catch (error) {
      missing = error
    }
  }
  throw missing
}

/** The page itself can be had again; whoever reads is not interrupted. */
function offerReload(): void {
  const reload = make('button', { part: 'retry', type: 'button' }, strings.pageNotSaved.action)
  reload.addEventListener('click', () => location.reload())
  notice.replaceChildren(reload)
}
