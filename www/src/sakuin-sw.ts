/** The service worker of a site that has no other: takes its place at once. */

import './sw-part.js'

interface Scope {
  skipWaiting(): Promise<void>
  clients: { claim(): Promise<void> }
}

const worker = globalThis as unknown as Scope

addEventListener('install', () => void worker.skipWaiting())
addEventListener('activate', event => {
  const { waitUntil } = event as Event & { waitUntil?(work: Promise<unknown>): void }
  waitUntil?.call(event, worker.clients.claim())
})
