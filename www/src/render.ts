/** Renders a post into the page: elements and text nodes only, in slices that leave time to paint. */

import { type Post, SakuinError, compile } from './client.js'
import { newGlue } from 'glue:render'

/** How long a slice may hold the thread, in milliseconds. */
const SLICE_MS = 8

/** Nodes made between two looks at the clock. */
const NODES_AT_ONCE = 32

/**
 * Nodes made before the first frame, enough to fill a window: to lay out a whole post takes ten
 * times as long as to make it.
 */
const NODES_AT_FIRST = 64

/** How long a frame is waited for, in milliseconds: a window that isn't seen has none. */
const FRAME_MS = 100

type Glue = ReturnType<typeof newGlue>

/** A heading of the post; `anchor` is its id without the prefix. */
export interface Heading {
  level: number
  anchor: string
  text: string
}

/** How to render; all of it has a default. */
export interface RenderOptions {
  /** Ids in the page begin with it: letters, digits, `-` and `_`; `post-` by default. */
  idPrefix?: string
  /** Where to load the module from, where not from beside this script. Heeded the first time. */
  wasmUrl?: string | URL
  /** Stops between two slices, and rejects with the signal's reason. */
  signal?: AbortSignal
}

/** What of a post is rendered. */
type Rendered = Pick<Post, 'markdown' | 'url'> & Partial<Pick<Post, 'runs'>>

let compiled: Promise<WebAssembly.Module> | undefined
let instance: Promise<Glue> | undefined

/**
 * Renders `post` into `element`, whose children it replaces, and returns its headings.
 *
 * @throws {SakuinError} when the renderer can't be loaded, or stops twice.
 */
export async function render(
  post: Rendered,
  element: Element,
  options: RenderOptions = {},
): Promise<Heading[]> {
  try {
    return await renderOnce(post, element, options)
  } catch (error) {
    // After a trap the instance is beyond repair; another may well do.
    if (error instanceof SakuinError || options.signal?.aborted) throw error
    instance = undefined
  }
  try {
    return await renderOnce(post, element, options)
  } catch (cause) {
    if (cause instanceof SakuinError || options.signal?.aborted) throw cause
    instance = undefined
    throw new SakuinError('broken', `the renderer stopped twice on ${post.url}`, { cause })
  }
}

/** Loads the renderer ahead of its use. */
export async function prepare(wasmUrl?: string | URL): Promise<void> {
  await load(wasmUrl)
}

async function renderOnce(
  { markdown, url, runs = [] }: Rendered,
  element: Element,
  { idPrefix = 'post-', wasmUrl, signal }: RenderOptions,
): Promise<Heading[]> {
  const { Rendering } = await load(wasmUrl)
  signal?.throwIfAborted()
  element.replaceChildren()
  const { baseURI } = document
  const base = URL.canParse(url, baseURI) ? new URL(url, baseURI).href : baseURI
  const rendering = new Rendering(markdown, base, idPrefix, runs)
  let pause = element.isConnected ? nextFrame : nextTask
  let hasMore = rendering.append(element, NODES_AT_FIRST)
  while (hasMore) {
    await pause()
    pause = nextTask
    if (signal?.aborted) rendering.free()
    signal?.throwIfAborted()
    const sliceEnds = performance.now() + SLICE_MS
    do hasMore = rendering.append(element, NODES_AT_ONCE)
    while (hasMore && performance.now() < sliceEnds)
  }
  rendering.free()
  const headings = element.querySelectorAll('h1[id],h2[id],h3[id],h4[id],h5[id],h6[id]')
  return Array.from(headings, ({ localName, id, textContent: text }) => {
    return { level: Number(localName[1]), anchor: id.slice(idPrefix.length), text }
  })
}

function load(wasmUrl: string | URL = new URL('./render.wasm', import.meta.url)): Promise<Glue> {
  compiled ??= compile(new URL(wasmUrl, document.baseURI).href)
  // What failed to load may be there the next time.
  compiled.catch(() => (compiled = undefined))
  instance ??= compiled.then(instantiate)
  instance.catch(() => (instance = undefined))
  return instance
}

async function instantiate(module: WebAssembly.Module): Promise<Glue> {
  const glue = newGlue()
  try {
    await glue.default({ module_or_path: module })
  } catch (cause) {
    throw new SakuinError('version', `render.wasm does not fit this script: ${cause}`, { cause })
  }
  return glue
}

/** Resolves when what is there has been painted. */
function nextFrame(): Promise<unknown> {
  return new Promise(done => {
    requestAnimationFrame(() => setTimeout(done))
    setTimeout(done, FRAME_MS)
  })
}

/** Resolves in a new task, so that the browser may paint and take input. */
function nextTask(): Promise<unknown> {
  const { scheduler } = globalThis as { scheduler?: { yield?(): Promise<void> } }
  return scheduler?.yield?.() ?? new Promise(done => setTimeout(done))
}
