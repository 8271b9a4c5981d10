/** The package's one Trusted Types policy, and the two sinks it is for. */

import { WORKER_NAME } from './protocol.js'

interface Policy {
  createScriptURL(url: string): string
}

interface Factory {
  createPolicy(name: string, rules: Policy): Policy
}

/** The addresses this package asked for itself. */
const own = new Set<string>()

let policy: Policy | undefined

/**
 * Starts the engine's worker from `url`, of this page's origin.
 *
 * @throws when the page's policy or the browser refuses it.
 */
export function startWorker(url: string): Worker {
  return new Worker(trusted(url), { type: 'module', name: WORKER_NAME })
}

/**
 * Registers the service worker at `url`, of this page's origin.
 *
 * @throws when the page's policy or the browser refuses it.
 */
export async function registerWorker(url: string): Promise<ServiceWorkerRegistration> {
  return navigator.serviceWorker.register(trusted(url))
}

function trusted(url: string): string {
  own.add(url)
  return trustedPolicy()?.createScriptURL(url) ?? url
}

function trustedPolicy(): Policy | undefined {
  const { trustedTypes } = globalThis as { trustedTypes?: Factory }
  policy ??= trustedTypes?.createPolicy('sakuin', {
    createScriptURL(url) {
      if (own.has(url) && new URL(url).origin === location.origin) return url
      throw new TypeError(`not a script of sakuin: ${url}`)
    },
  })
  return policy
}
