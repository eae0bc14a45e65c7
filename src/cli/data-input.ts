import { createHash } from 'node:crypto'
import type { Dataset } from '../data/index.js'
import type { Inputs } from '../runs/index.js'
import { sha256 } from '../sha256.js'

/** What tells the images and labels of `--data` from others, wherever they lie. Nothing where there are none. */
export function dataInput(spec: string | undefined, dataset: Dataset | undefined): Inputs {
  if (spec === undefined || dataset === undefined) return {}
  const { shape, classes, train, test } = dataset
  const hash = createHash('sha256').update(JSON.stringify([shape, classes]))
  for (const { pixels, labels } of [train, test]) hash.update(pixels).update(labels)
  return { [spec]: hash.digest('hex') }
}

/** The same of a file that is read whole. */
export const jsonInput = (name: string, read: unknown): Inputs => ({
  [name]: sha256(JSON.stringify(read)),
})
