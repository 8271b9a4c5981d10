/**
 * The engine's worker. Stands alone, without an import that a page's bundler would have to
 * follow, since bundlers copy a worker's file as it is. Where workers are refused, the page
 * imports it and talks to {@link serve} through a port.
 */

import { Driver } from './engine.js'
import { SakuinError, reasonOf } from './errors.js'
import { newGlue } from 'glue:search'
import { type Call, type Port, READY, type Reply, WORKER_NAME } from './protocol.js'
import type { Answer, Post, Suggestion } from './types.js'

type Done = Answer | Suggestion[] | Post | undefined

/** Answers the calls that come through `port`. */
export function serve(port: Port): void {
  const waiting = new Map<number, AbortController>()
  let driver: Promise<Driver> | undefined

  async function answer(call: Call, signal: AbortSignal): Promise<Done> {
    if ('start' in call) {
      const { module, ...source } = call.start
      driver = Driver.start({ ...source, instantiate: () => instantiate(module) })
      await driver
      return undefined
    }
    const started = await driver
    if (!started) throw new SakuinError('broken', 'asked before it was started')
    if ('query' in call) return started.query(call.query, call.options, signal)
    if ('suggest' in call) return started.suggest(call.suggest, call.limit, signal)
    if ('post' in call) return started.post(call.post, !!call.related, signal)
    return undefined
  }

  async function onCall(call: Call): Promise<void> {
    const { id } = call
    if ('abort' in call) return waiting.get(id)?.abort()
    const controller = new AbortController()
    waiting.set(id, controller)
    let reply: Reply
    try {
      reply = { id, done: await answer(call, controller.signal) }
    } catch (error) {
      const { message } = error as Error
      reply = { id, failed: { code: reasonOf(error), message } }
    }
    waiting.delete(id)
    if (!controller.signal.aborted) port.postMessage(reply)
  }

  port.addEventListener('message', event => void onCall(event.data as Call))
  port.start?.()
  port.postMessage(READY)
}

async function instantiate(module: WebAssembly.Module): Promise<ReturnType<typeof newGlue>> {
  const glue = newGlue()
  try {
    await glue.default({ module_or_path: module })
  } catch (cause) {
    // The module wants or offers other functions than its glue: one of the two is from a cache.
    throw new SakuinError('version', `search.wasm does not fit this script: ${cause}`, { cause })
  }
  return glue
}

const scope = globalThis as unknown as Port & { name?: string }
if ('DedicatedWorkerGlobalScope' in scope && scope.name === WORKER_NAME) {
  serve(scope)
}
