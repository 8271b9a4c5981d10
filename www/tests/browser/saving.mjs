// Saving the demo blog from its page, on a host that a test may change.

import { inBrowser } from './harness.mjs'
import { startHost } from './host.mjs'

/** A test with a host of its own, opened at its first page. */
export function onHost(claim, body, options) {
  inBrowser(
    claim,
    async page => {
      const host = await startHost()
      try {
        await page.goto(host.address)
        await body(page, host)
      } finally {
        await host.off().catch(() => {})
      }
    },
    options,
  )
}

/** Saves the blog through the package, and waits until the worker answers for this page. */
export async function save(page, also = []) {
  const saved = await page.evaluate(async also => {
    const { open } = await import('/sakuin/index.js')
    const search = await open('/search/')
    const steps = []
    const saved = await search.save({ also, onProgress: step => steps.push(step) })
    search.close()
    return { ...saved, steps }
  }, also)
  await page.waitForFunction(() => navigator.serviceWorker.controller)
  return saved
}

/** Calls one method of an opened index. */
export function call(page, method, ...args) {
  return page.evaluate(
    async ([method, args]) => {
      const { open } = await import('/sakuin/index.js')
      const search = await open('/search/')
      try {
        return await search[method](...args)
      } catch ({ code, message }) {
        return { code, message }
      } finally {
        search.close()
      }
    },
    [method, args],
  )
}

/** The names of what is saved. */
export const cachesOf = page => page.evaluate(() => caches.keys())
