/** The one mutable file of an index, from which every other is named. */

import { request } from './errors.js'
import { readUpTo } from './bytes.js'

/** A manifest is tens of kilobytes; what is larger than this is something else. */
const MAX_FILE_BYTES = 1 << 22

/** Reads the manifest of the index at `folder`, which ends in `/`. */
export async function readManifest(
  folder: string,
  cache: 'no-cache' | 'reload',
): Promise<Uint8Array<ArrayBuffer>> {
  const response = await request(`${folder}sakuin.manifest`, { cache })
  return response.body ? readUpTo(response.body, MAX_FILE_BYTES) : new Uint8Array()
}
