import { DataError } from '../errors.js'
import { loadCifar10, loadCifar100 } from './cifar.js'
import type { Dataset } from './dataset.js'
import { loadFolder } from './folder.js'
import { loadIdx } from './idx.js'
import { loadSample } from './sample.js'

const LARGEST = 4096

/**
 * Loads the data set that `spec` names, whole, into memory that threads share:
 *
 * - `cifar10:DIR`, `cifar100:DIR` – the official binary version
 * - `idx:DIR` – MNIST's four files, plain or .gz
 * - `folder:DIR` or `folder:DIR?size=64` – train/CLASS and test/CLASS (or val/CLASS) of PNG and JPEG
 * - `cifar10-sample` – 4,000 + 1,000 images that ship with Tandem
 *
 * @throws DataError naming the file or the part of `spec` that is wrong and how to mend it.
 */
export async function loadDataset(spec: string): Promise<Dataset> {
  if (spec === 'cifar10-sample') return loadSample()
  const colon = spec.indexOf(':')
  const kind = spec.slice(0, Math.max(colon, 0))
  const dir = spec.slice(colon + 1)
  if (!['cifar10', 'cifar100', 'idx', 'folder'].includes(kind))
    throw new DataError(
      `data ${JSON.stringify(spec)}: not a data set; use cifar10:DIR, cifar100:DIR, idx:DIR, folder:DIR or cifar10-sample`,
    )
  if (dir === '') throw new DataError(`data ${JSON.stringify(spec)}: names no folder; use ${kind}:DIR`)
  if (kind === 'cifar10') return loadCifar10(dir)
  if (kind === 'cifar100') return loadCifar100(dir)
  if (kind === 'idx') return loadIdx(dir)
  return loadFolder(...folderOptions(dir))
}

function folderOptions(text: string): [string, { size?: number }] {
  const [, dir, key, value] = /^(.*)\?([^?=/]+)=([^?/]*)$/.exec(text) ?? []
  if (dir === undefined) return [text, {}]
  const size = Number(value)
  if (key !== 'size' || !Number.isInteger(size) || size < 1 || size > LARGEST)
    throw new DataError(
      `data "folder:${text}": ${key}=${value} is not an option; use ?size=N with N from 1 to ${LARGEST}`,
    )
  return [dir, { size }]
}
