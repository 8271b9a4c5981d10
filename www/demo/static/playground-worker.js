// The engine's worker, which also tells the page what it fetches.

import '/sakuin/worker.js'

const channel = new BroadcastChannel('sakuin-playground')
const tell = list =>
  channel.postMessage(
    list.getEntries().map(({ name, startTime, duration, encodedBodySize, transferSize }) => {
      return { name, at: performance.timeOrigin + startTime, duration, encodedBodySize, transferSize }
    }),
  )
new PerformanceObserver(tell).observe({ type: 'resource', buffered: true })
