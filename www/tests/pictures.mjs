// Takes the pictures of the documentation into `docs/images/`: of each state a sheet with both
// languages, both schemes, on a desk and on a phone; and some pictures by themselves. `SAKUIN_DEMO`
// is where the demo blog is served, `SAKUIN_CHROMIUM` the browser's path. Arguments: a folder, and
// the states wanted, with commas between.

import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'

const demo = process.env.SAKUIN_DEMO
const folder = process.argv[2] ?? fileURLToPath(new URL('../../docs/images/', import.meta.url))
mkdirSync(folder, { recursive: true })

/** Four phones stand as wide as two desks. */
const GAP = 16
const DESK = { viewport: { width: 744, height: 480 } }
const PHONE = { viewport: { width: 364, height: 600 }, hasTouch: true, isMobile: true, deviceScaleFactor: 1 }

/** Heights where there is little to see. */
const LOW = { desk: 320, phone: 440 }

/** Those that stand by themselves. */
const SINGLE = ['results-ja-desk-light', 'results-en-desk-dark', 'filters-ja-desk-light', 'dialog-ja-phone-dark']

/** Of WebP. */
const QUALITY = 70
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
  idle: { low: true },
  loading: {
    low: true,
    before: page => page.route('**/sakuin.manifest', () => {}),
    act: (page, lang) => type(page, QUERIES[lang], 'loading').then(() => page.waitForTimeout(600)),
  },
  results: {
    async act(page, lang) {
      await type(page, QUERIES[lang], 'results')
      await page.keyboard.press('ArrowDown')
    },
  },
  empty: { low: true, act: page => type(page, 'zzqqxx', 'empty') },
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
    low: true,
    async before(page, lang) {
      const kept = JSON.stringify({ ja: ['全文検索', 'HTTP キャッシュ', 'rust'], en: ['inverted index', 'HTTP cache', 'rust'] }[lang])
      await page.addInitScript(kept => localStorage.setItem('sakuin-recent:/search/', kept), kept)
    },
    async act(page) {
      await page.evaluate(() => document.querySelector('sakuin-search').setAttribute('recent', ''))
      await page.locator('[part=input]').focus()
      await page.locator('[part=recent]').first().waitFor()
    },
  },
  reader: {
    async act(page, lang) {
      await type(page, QUERIES[lang], 'results')
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('Enter')
      await page.locator('[part=reader][open] [part=body][aria-busy=false] h2').first().waitFor()
      await page.waitForTimeout(300)
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
  SHOWN[reason] = { low: true, before: page => failing(page, reason), act: (page, lang) => type(page, QUERIES[lang], reason) }
}

async function takePicture({ before, act }, lang, colorScheme, options) {
  const context = await browser.newContext({ ...options, colorScheme, locale: lang, reducedMotion: 'reduce' })
  const page = await context.newPage()
  await before?.(page, lang)
  await page.goto(new URL(`/${lang}/`, demo).href)
  await page.waitForFunction(() => customElements.get('sakuin-search'))
  await act?.(page, lang)
  await page.mouse.move(1, 1) // off what it would be over
  const png = await page.screenshot()
  await context.close()
  return { png, ...options.viewport }
}

/** Writes pictures, beside each other, as one. */
async function write(name, pictures) {
  const page = await browser.newPage({ viewport: { width: 2 * DESK.viewport.width + GAP, height: 100 } })
  const images = pictures.map(({ png, width }) => `<img width=${width} src="data:image/png;base64,${png.toString('base64')}">`)
  await page.setContent(`<!doctype html><style>
    body { display: flex; flex-wrap: wrap; gap: ${GAP}px; inline-size: max-content; max-inline-size: 100%; margin: 0; background: #8b949e }
    </style>${images.join('')}`)
  await page.evaluate(() => Promise.all([...document.images].map(image => image.decode())))
  const { width, height } = await page.evaluate(() => document.body.getBoundingClientRect().toJSON())
  const session = await page.context().newCDPSession(page)
  const clip = { x: 0, y: 0, width, height, scale: 1 }
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: QUALITY, clip, captureBeyondViewport: true })
  writeFileSync(`${folder}/${name}.webp`, Buffer.from(data, 'base64'))
  await page.close()
}

const only = process.argv[3]?.split(',')
for (const [shown, how] of Object.entries(SHOWN)) {
  if (only && !only.includes(shown)) continue
  const sheet = []
  for (const [size, device] of Object.entries({ desk: DESK, phone: PHONE })) {
    const height = how.low ? LOW[size] : device.viewport.height
    const options = { ...device, viewport: { ...device.viewport, height } }
    for (const lang of ['ja', 'en']) {
      for (const colorScheme of ['light', 'dark']) {
        const picture = await takePicture(how, lang, colorScheme, options)
        sheet.push(picture)
        const name = `${shown}-${lang}-${size}-${colorScheme}`
        if (SINGLE.includes(name)) await write(name, [picture])
      }
    }
  }
  await write(shown, sheet)
}
await browser.close()
