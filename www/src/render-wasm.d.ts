/** What wasm-bindgen generates of `src/wasm/render.rs`, and this package calls. */

type Source = Response | Promise<Response> | WebAssembly.Module | BufferSource | URL

/** Instantiates the module, on which all else here works. */
export default function init(options: { module_or_path: Source }): Promise<unknown>

/** A post's Markdown, on its way into the page. */
export class Rendering {
  /** Ids in the page begin with `id_prefix`; links and images are relative to `base_url`. */
  constructor(text: string, base_url: string, id_prefix: string, runs: ArrayLike<number>)
  /** Appends up to `max_nodes` nodes; true while there are more. */
  append(parent: Element, max_nodes: number): boolean
  free(): void
}
