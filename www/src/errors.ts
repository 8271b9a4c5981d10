/** The one kind of error this package throws, and what a refused request means. */

import type { Reason } from './types.js'

/** Search can't go on; `code` says why in one word, `message` in a sentence for developers. */
export class SakuinError extends Error {
  override readonly name = 'SakuinError'

  constructor(
    readonly code: Reason,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}

/** The reason `error` gives; anything that isn't a {@link SakuinError} is a fault of ours. */
export function reasonOf(error: unknown): Reason {
  return error instanceof SakuinError ? error.code : 'broken'
}

/**
 * Fetches `url`.
 *
 * @throws {SakuinError} `offline` when no answer came or the server is in trouble, `blocked`
 *   when a policy forbids the request, `broken` for any other status than success.
 */
export async function request(url: string, init?: RequestInit): Promise<Response> {
  const policy = watchPolicy(url)
  try {
    const response = await fetch(url, init)
    if (response.ok) return response
    const { status } = response
    const busy = status >= 500 || status === 429 || status === 408
    throw new SakuinError(busy ? 'offline' : 'broken', `${url} answered ${status}`)
  } catch (cause) {
    if (cause instanceof SakuinError) throw cause
    if (await policy.refused()) {
      throw new SakuinError('blocked', `the page's connect-src does not allow ${url}`, { cause })
    }
    if (await answersOthers(url)) {
      const message = `${url} sends no Access-Control-Allow-Origin for this page`
      throw new SakuinError('blocked', message, { cause })
    }
    throw new SakuinError('offline', `no answer from ${url}`, { cause })
  } finally {
    policy.stop()
  }
}

/** Listens for a report that the page's policy refused `url`. */
function watchPolicy(url: string): { refused(): Promise<boolean>; stop(): void } {
  const scope: EventTarget = globalThis.document ?? globalThis
  let seen = false
  const note = (event: Event): void => {
    const { blockedURI, effectiveDirective } = event as SecurityPolicyViolationEvent
    // Of another origin's address, a report may hold the origin alone.
    seen ||= effectiveDirective === 'connect-src' && !!blockedURI && url.startsWith(blockedURI)
  }
  scope.addEventListener?.('securitypolicyviolation', note)
  return {
    // The report is a task of its own, behind the one that refused the request.
    refused: () => new Promise(done => setTimeout(() => done(seen))),
    stop: () => scope.removeEventListener?.('securitypolicyviolation', note),
  }
}

/** Whether another origin's server answers at all, so that only its headers stand in the way. */
async function answersOthers(url: string): Promise<boolean> {
  if (!globalThis.location || new URL(url).origin === location.origin) return false
  try {
    await fetch(url, { method: 'HEAD', mode: 'no-cors' })
    return true
  } catch {
    return false
  }
}
