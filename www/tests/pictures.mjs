// Takes the pictures of the documentation into `docs/images/`. `SAKUIN_DEMO` is where the demo blog
// is served, `SAKUIN_CHROMIUM` the browser's path.

import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'

const demo = process.env.SAKUIN_DEMO
const folder = process.argv[2] ?? fileURLToPath(new URL('../../docs/images/', import.meta.url))
mkdirSync(folder, { recursive: true })

const DESKTOP = { viewport: { width: 760, height: 620 } }
const PHONE = { viewport: { width: 390, height: 700 }, hasTouch: true, isMobile: true, deviceScaleFactor: 1 }
const QUERIES = { ja: '全文検索', en: 'inverted index' }

const browser = await chromium.launch({ executablePath: process.env.SAKUIN_CHROMIUM ?? '/usr/bin/chromium' })

async function type(page, text, state) {
  await page.locator('[part=input]').focus()
  await page.keyboard.insertText(text)
  await page.locator(`sakuin-search[data-state=${state}]`).waitFor({ state: 'attached' })
  if (state !== 'loading') await page.waitForTimeout(400)
}

/** Makes the client fail to open with `reason`. */
async function failing(page, reason) {
  await page.route('**/sakuin/index.js', route =>
    route.fulfill({
      contentType: 'text/javascript',
      body: `export * from './index.js?real'
        import { SakuinError } from './index.js?real'
        export async function open() { throw new SakuinError('${reason}', 'for the picture') }`,
    }),
  )
}

/** What is shown: prepared before the page is opened, and then acted on. */
const SHOWN = {
  idle: {},
  loading: {
    before: page => page.route('**/sakuin.manifest', () => {}),
    act: (page, lang) => type(page, QUERIES[lang], 'loading').then(() => page.waitForTimeout(600)),
  },
  results: {
    async act(page, lang) {
      await type(page, QUERIES[lang], 'results')
      await page.keyboard.press('ArrowDown')
    },
  },
  empty: { act: page => type(page, 'zzqqxx', 'empty') },
  filters: {
    async act(page, lang) {
      await type(page, { ja: '検索', en: 'search' }[lang], 'results')
      await page.locator('[part=filter]').click()
      await page.locator('[part=facet]:nth-child(2)').waitFor()
      await page.locator('[part=choice]').nth(3).click()
      await page.waitForTimeout(500)
    },
  },
  recent: {
    async before(page) {
      const kept = JSON.stringify(['全文検索', 'HTTP キャッシュ', 'rust'])
      await page.addInitScript(kept => localStorage.setItem('sakuin-recent:/search/', kept), kept)
    },
    async act(page) {
      await page.evaluate(() => document.querySelector('sakuin-search').setAttribute('recent', ''))
      await page.locator('[part=input]').focus()
      await page.locator('[part=recent]').first().waitFor()
    },
  },
  dialog: {
    async act(page, lang) {
      await page.evaluate(() => document.querySelector('sakuin-search').setAttribute('mode', 'dialog'))
      await page.locator('[part=trigger]').click()
      await type(page, QUERIES[lang], 'results')
    },
  },
}
for (const reason of ['offline', 'blocked', 'version', 'broken']) {
  SHOWN[reason] = { before: page => failing(page, reason), act: (page, lang) => type(page, QUERIES[lang], reason) }
}

/** Of all that could be taken, every state once in each language, scheme and size. */
const only = process.argv[3]?.split(',')
for (const [shown, { before, act }] of Object.entries(SHOWN)) {
  for (const lang of ['ja', 'en']) {
    for (const colorScheme of ['light', 'dark']) {
      for (const [size, options] of [['', DESKTOP], ['-phone', PHONE]]) {
        const name = `${shown}-${lang}${size}-${colorScheme}`
        if (only && !only.includes(name)) continue
        const context = await browser.newContext({ ...options, colorScheme, locale: lang, reducedMotion: 'reduce' })
        const page = await context.newPage()
        await before?.(page)
        await page.goto(new URL(`/${lang}/`, demo).href)
        await page.waitForFunction(() => customElements.get('sakuin-search'))
        await act?.(page, lang)
        await page.screenshot({ path: `${folder}/${name}.png` })
        await context.close()
      }
    }
  }
}
await browser.close()
