/** What the page and the engine's worker say to each other. */

import type { Answer, Post, QueryOptions, Reason, Suggestion } from './types.js'

/** What passes messages: a worker, its own scope, or a port. */
export interface Port {
  postMessage(message: unknown, transfer?: Transferable[]): void
  addEventListener(type: 'message', listener: (event: MessageEvent) => void, options?: { once: boolean }): void
  start?(): void
}

/** The worker's `name`: a module that finds itself elsewhere must not answer its messages. */
export const WORKER_NAME = 'sakuin'

/** First from the worker, once: it runs, and is of this build. */
export const READY = `ready: ${BUILD}`

/** Asks for something; `id` names the reply. */
export type Call = { id: number } & (
  | { start: { folder: string; module: WebAssembly.Module; manifest: Uint8Array<ArrayBuffer> } }
  | { query: string; options: QueryOptions }
  | { suggest: string; limit: number }
  /** `related`: with the posts that are related to it. */
  | { post: string; related?: boolean }
  /** Nobody waits for this reply any more. */
  | { abort: true }
)

export type Reply = { id: number } & (
  | { done: Answer | Suggestion[] | Post | undefined }
  | { failed: { code: Reason; message: string } }
)
