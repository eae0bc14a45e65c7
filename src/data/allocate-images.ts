import { constants } from 'node:buffer'
import { DataError } from '../errors.js'
import type { Dataset, Images } from './dataset.js'

/**
 * Room for `count` images of `shape`, all zero, in memory that threads share.
 * @throws DataError naming `source` when it would not fit in memory.
 */
export function allocateImages(source: string, count: number, shape: Dataset['shape']): Images {
  const bytes = count * shape[0] * shape[1] * shape[2]
  const tooLarge = () =>
    new DataError(
      `${source}: ${count} images of ${shape.join('×')} need ${(bytes / 1e9).toFixed(1)} GB, more than fits in memory; ` +
        'use fewer or smaller images (folder:DIR?size=N)',
    )
  if (bytes > constants.MAX_LENGTH) throw tooLarge()
  try {
    return Object.freeze({
      count,
      pixels: new Uint8Array(new SharedArrayBuffer(bytes)),
      labels: new Uint16Array(new SharedArrayBuffer(count * 2)),
    })
  } catch {
    throw tooLarge()
  }
}
