/** What wasm-bindgen generates of `src/wasm/search.rs`, and this package calls. */

import type { Answer, Post, Suggestion } from './types.js'

type Source = Response | Promise<Response> | WebAssembly.Module | BufferSource | URL

/** Instantiates the module, on which all else here works. */
export default function init(options: { module_or_path: Source }): Promise<unknown>

/**
 * The inflated size in bytes of the manifest's body, from the file's 16-byte head.
 *
 * @throws an Error named `VersionError` (another format) or `FormatError`.
 */
export function manifest_body_bytes(file: Uint8Array): number

/** One generation of an index, and what was loaded of it. */
export class Engine {
  /** Takes the manifest's file as it came, and its body inflated; throws as above. */
  constructor(file: Uint8Array, body: Uint8Array)
  /** `filters` are keys and values in turn, `facets` are keys, each ended by a NUL. */
  query(
    text: string,
    limit: number,
    offset: number,
    newestFirst: boolean,
    explain: boolean,
    recency: number,
    filters: string,
    facets: string,
  ): Step<Answer>
  suggest(prefix: string, limit: number): Step<Suggestion[]>
  post(id: string, related: boolean): Step<Post>
  /**
   * Takes a file that was needed: its inflated bytes, and the SHA-256 of the file as it came,
   * empty where the browser gives none. Throws a FormatError.
   */
  load(file: string, bytes: Uint8Array, sha256: Uint8Array): void
  generation(): string
  free(): void
}

/** Either the answer, or the files without which there is none. */
export type Step<T> = { needs: Need[] } | { done: T }

/** A file beside the manifest. */
export interface Need {
  /** Its path from the manifest's folder. */
  file: string
  /** The 32 bytes of its SHA-256; none while only its name is known. */
  sha256: number[] | null
  inflated_bytes: number
  deflated: boolean
}
