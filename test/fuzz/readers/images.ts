import { rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { loadDataset } from '../../../src/data/index.js'
import * as formats from '../formats.js'
import type { Reader } from '../reader.js'
import * as seeds from '../seeds.js'

const CIFAR = seeds.bytesOf('x'.repeat(3073)).with(0, 3)
const IDX = {
  'train-images-idx3-ubyte': seeds.idx(
    [3, 2, 3],
    Array.from({ length: 18 }, (_, i) => i),
  ),
  'train-labels-idx1-ubyte': seeds.idx([3], [2, 0, 1]),
  't10k-images-idx3-ubyte': seeds.idx([1, 2, 3], [9, 8, 7, 6, 5, 4]),
  't10k-labels-idx1-ubyte': seeds.idx([1], [1]),
}

export const images: readonly Reader[] = [
  ...(['train-images-idx3-ubyte', 'train-labels-idx1-ubyte', 't10k-images-idx3-ubyte'] as const).map(
    (name): Reader => ({
      name: `idx: ${name}`,
      file: name,
      seeds: () => [IDX[name]],
      prepare: folder => seeds.write(folder, IDX),
      read: file => loadDataset(`idx:${dirname(file)}`),
      // Where two files do not fit each other, either may be named.
      unnamed: true,
    }),
  ),
  {
    name: 'idx: gzip',
    file: 'train-images-idx3-ubyte.gz',
    format: formats.gzip(),
    seeds: () => [new Uint8Array(gzipSync(IDX['train-images-idx3-ubyte']))],
    prepare(folder) {
      seeds.write(folder, IDX)
      rmSync(join(folder, 'train-images-idx3-ubyte'))
    },
    read: file => loadDataset(`idx:${dirname(file)}`),
    unnamed: true,
  },
  {
    name: 'cifar10',
    file: 'data_batch_1.bin',
    seeds: () => [CIFAR],
    prepare(folder) {
      const others = [2, 3, 4, 5].map(i => [`data_batch_${i}.bin`, CIFAR])
      seeds.write(folder, { ...Object.fromEntries(others), 'test_batch.bin': CIFAR })
    },
    read: file => loadDataset(`cifar10:${dirname(file)}`),
  },
  {
    name: 'cifar100: names',
    file: 'fine_label_names.txt',
    seeds: () => [seeds.bytesOf(Array.from({ length: 100 }, (_, i) => `class ${i}\n`).join(''))],
    prepare: folder =>
      seeds.write(folder, { 'train.bin': new Uint8Array(3074), 'test.bin': new Uint8Array(3074) }),
    read: file => loadDataset(`cifar100:${dirname(file)}`),
  },
  {
    name: 'folder: png',
    file: 'train/cat/a.png',
    format: formats.png,
    seeds: async () => [await seeds.image('png')],
    prepare: seeds.imageFolder,
    read: file => loadDataset(`folder:${join(file, '../../..')}?size=4`),
  },
  {
    name: 'folder: jpeg',
    file: 'train/dog/b.jpg',
    seeds: async () => [await seeds.image('jpeg')],
    prepare: seeds.imageFolder,
    read: file => loadDataset(`folder:${join(file, '../../..')}`),
  },
]
