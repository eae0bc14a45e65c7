import { gunzipSync } from 'node:zlib'

/** Text packs to a tenth, tables of few different numbers to a fiftieth; only what is meant to fill memory packs to less. */
const MOST_RATIO = 200
const ALWAYS = 2 ** 20

/**
 * The bytes of a gzip that holds text. Throws a RangeError with the code ERR_BUFFER_TOO_LARGE, and allocates no more, where they
 * are more than `most` or out of all proportion to the file; zlib's errors where it is damaged.
 */
export const gunzipText = (bytes: Uint8Array, most = Number.POSITIVE_INFINITY): Buffer =>
  gunzipSync(bytes, { maxOutputLength: Math.min(most, ALWAYS + MOST_RATIO * bytes.length) })
