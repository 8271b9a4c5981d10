/**
 * Modules that `build.mjs` makes: generated glue, wrapped so that each call gives an instance of
 * its own. After a trap an instance is beyond repair, and the glue by itself keeps but one.
 */

declare module 'glue:search' {
  export function newGlue(): typeof import('./search-wasm.js')
}

declare module 'glue:render' {
  export function newGlue(): typeof import('./render-wasm.js')
}

declare module '*.css' {
  /** The style sheet's text, minified. */
  const css: string
  export default css
}

/** Names the build: scripts of two builds, from a cache and a host, must not work together. */
declare const BUILD: string
