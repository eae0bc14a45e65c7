import { readFileSync, rmSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { applyConfig } from '../../src/cli/apply-config.js'
import { describeRun } from '../../src/cli/describe-run.js'
import { readAccuracyTable } from '../../src/codesign/accuracy-table.js'
import { nasbench201Family } from '../../src/codesign/nasbench201-family.js'
import { architectureAt } from '../../src/codesign/network-family.js'
import { readTable, tableYaml } from '../../src/cost/index.js'
import { loadDataset } from '../../src/data/index.js'
import { readLibrary } from '../../src/hardware/characterize/index.js'
import { readDataSet } from '../../src/hardware/data-set.js'
import {
  accelerators,
  acceleratorYaml,
  readAccelerator,
  readAcceleratorSpace,
} from '../../src/hardware/index.js'
import { readPeModel } from '../../src/hardware/models/index.js'
import { readSramTables } from '../../src/hardware/sram.js'
import { readChipLayers } from '../../src/hardware/validation/eyeriss-chip.js'
import {
  count,
  initialize,
  type Network,
  readKeras,
  readOnnx,
  readSafetensors,
  readStructure,
  structureJson,
  weightsOnto,
  writeOnnx,
  writeSafetensors,
} from '../../src/network/index.js'
import { rankingJson, readRanking } from '../../src/prune/plan-index.js'
import { readPacked } from '../../src/quantize/packed-index.js'
import {
  listRuns,
  loadCheckpoint,
  openRun,
  readJournal,
  redrawReport,
  withLock,
} from '../../src/runs/index.js'
import { decode, largest, readSpace, searchable, smallest } from '../../src/search/space-index.js'
import { readSupernet, writeSupernet } from '../../src/search/supernet-file.js'
import { smallSpace } from '../search/small-space.js'
import * as formats from './formats.js'
import { randomOnnx } from './random-onnx.js'
import type { Reader } from './reader.js'
import * as seeds from './seeds.js'

const bytesIn = (file: string): Uint8Array => new Uint8Array(readFileSync(file))

/** What every command does with a network that it was given. */
function use(network: Network): void {
  const { macs, params } = count(network)
  if (!(macs >= 0 && params >= 0)) throw new Error(`a network of ${macs} MACs and ${params} parameters`)
  structureJson(network)
  if (Object.keys(network.weights).length > 0) writeOnnx(network)
}

const networks: readonly Reader[] = [
  {
    name: 'onnx',
    file: 'model.onnx',
    format: formats.onnx,
    seeds: () => [writeOnnx(seeds.network()), seeds.foreignOnnx()],
    read: file => use(readOnnx(file)),
  },
  {
    name: 'onnx: random graphs',
    file: 'model.onnx',
    format: formats.onnx,
    seeds: () => [],
    make: randomOnnx,
    read: file => use(readOnnx(file)),
  },
  {
    name: 'onnx: weights beside it',
    file: 'model.onnx',
    format: formats.onnx,
    seeds: () => [seeds.onnxBeside().onnx],
    prepare: folder => seeds.write(folder, { 'weights.bin': seeds.onnxBeside().weights }),
    read: file => use(readOnnx(file)),
  },
  {
    name: 'keras',
    file: 'model.json',
    format: formats.json,
    seeds: seeds.kerasModels,
    prepare: folder => seeds.write(folder, { 'weights.bin': seeds.kerasWeights() }),
    read: file => use(readKeras(file)),
  },
  {
    name: 'keras: weights',
    file: 'weights.bin',
    seeds: () => [seeds.kerasWeights()],
    prepare: folder => seeds.write(folder, { 'model.json': seeds.kerasModels()[1]! }),
    read: file => use(readKeras(join(dirname(file), 'model.json'))),
    unnamed: true,
  },
  {
    name: 'structure',
    file: 'network.json',
    format: formats.json,
    seeds: () => [seeds.bytesOf(structureJson(seeds.network()))],
    read: file => use(readStructure(file)),
  },
  {
    name: 'packed',
    file: 'network.packed',
    format: formats.packed,
    async seeds() {
      const { writePacked } = await import('../../src/quantize/packed/write-packed.js')
      const layers = ['first']
      return [
        writePacked(seeds.gridNetwork([7, -0, -7, 0, 0, -0]), { scheme: 'int8x4', layers }),
        writePacked(seeds.gridNetwork([1, 0, -0.5, 0, 2 ** -7, 0]), { scheme: 'lightnn-1', layers }),
      ]
    },
    read: file => use(readPacked(bytesIn(file), file).network),
  },
  {
    name: 'safetensors',
    file: 'weights.safetensors',
    format: formats.safetensors,
    seeds: () => [writeSafetensors(seeds.network().weights, { kind: 'weights' })],
    read: file => use(weightsOnto(seeds.network(), readSafetensors(bytesIn(file), file).tensors, file)),
  },
  {
    name: 'supernet',
    file: 'supernet.safetensors',
    format: formats.safetensors,
    seeds() {
      const { weights } = initialize(decode(smallSpace, largest(smallSpace)), 1)
      return [writeSupernet(smallSpace, { weights, heldOut: 0.2, seed: 3 })]
    },
    read(file) {
      const { heldOut, seed } = readSupernet(bytesIn(file), smallSpace, file)
      if (!(heldOut >= 0 && Number.isSafeInteger(seed)))
        throw new Error(`held out: ${heldOut}, by seed ${seed}`)
    },
  },
  {
    name: 'ranking',
    file: 'ranking.json',
    format: formats.json,
    seeds: () => [
      seeds.bytesOf(
        rankingJson({
          ...{ schema: 1, kind: 'ranking', network: 'fuzzed', reduce: 'sum' },
          learned: { budget: 'macs<=50%', evaluations: 1, tau: 1, loss: 1, lossOfNorms: 1, seed: 0 },
          layers: { stem: { alpha: 1, kappa: 0 }, wide: { alpha: 0.5, kappa: 0.1 } },
        }),
      ),
    ],
    read: file => readRanking(file, ['stem', 'wide']),
  },
]

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

const images: readonly Reader[] = [
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

const hardware: readonly Reader[] = [
  {
    name: 'liberty',
    file: 'toy.lib',
    seeds: () => [seeds.bytesOf(seeds.LIBERTY)],
    read: readLibrary,
  },
  {
    name: 'liberty: gzip',
    file: 'toy.lib.gz',
    format: formats.gzip(),
    seeds: () => [new Uint8Array(gzipSync(seeds.LIBERTY))],
    read: readLibrary,
  },
  {
    name: 'accelerator',
    file: 'accelerator.yaml',
    format: formats.yaml,
    seeds: () =>
      ['edge-int8', 'eyeriss-like'].map(name => seeds.shipped(`latency-models/accelerator/${name}.yaml`)),
    read: file => acceleratorYaml(readAccelerator(file), ''),
  },
  {
    name: 'accelerators',
    file: 'accelerators.yaml',
    format: formats.yaml,
    seeds: () =>
      ['accelerator-space', 'accelerator-study'].map(name =>
        seeds.shipped(`latency-models/accelerator/${name}.yaml`),
      ),
    read: file => accelerators(readAcceleratorSpace(file)).next(),
  },
  {
    name: 'fitted models',
    file: 'ppa.json',
    format: formats.json,
    seeds: () => [seeds.shipped('latency-models/accelerator/ppa-45nm.json')],
    read: readPeModel,
  },
  {
    name: 'characterization',
    file: 'points.csv',
    format: formats.csv,
    seeds() {
      const lines = new TextDecoder().decode(
        seeds.shipped('latency-models/accelerator/characterization-45nm.csv'),
      )
      return [seeds.bytesOf(lines.split('\n').slice(0, 12).join('\n'))]
    },
    prepare: folder =>
      seeds.write(folder, {
        'points.json': seeds.shipped('latency-models/accelerator/characterization-45nm.json'),
      }),
    read: readDataSet,
  },
  {
    name: 'characterization: header',
    file: 'points.json',
    format: formats.json,
    seeds: () => [seeds.shipped('latency-models/accelerator/characterization-45nm.json')],
    prepare: folder =>
      seeds.write(folder, {
        'points.csv': seeds.shipped('latency-models/accelerator/characterization-45nm.csv'),
      }),
    read: file => readDataSet(join(dirname(file), 'points.csv')),
  },
  {
    name: 'sram',
    file: 'sram.csv',
    format: formats.csv,
    seeds: () => [seeds.shipped('latency-models/accelerator/sram/sram-45nm.csv')],
    read: readSramTables,
  },
  {
    name: 'chip layers',
    file: 'eyeriss.csv',
    format: formats.csv,
    seeds: () => [seeds.shipped('latency-models/accelerator/validation/eyeriss-alexnet.csv')],
    read: readChipLayers,
  },
]

const family = nasbench201Family(['nor_conv_1x1', 'nor_conv_3x3'])
const accuracies = () => {
  const lines = Array.from(
    { length: family.size },
    (_, i) => `${family.format(architectureAt(family, i))},${i}\n`,
  )
  return seeds.bytesOf(`arch,valid\n${lines.join('')}`)
}

const asked: readonly Reader[] = [
  {
    name: 'search space',
    file: 'space.yaml',
    format: formats.yaml,
    seeds: () =>
      ['cifar10-mbconv-se', 'imagenet-single-path'].map(name => seeds.shipped(`search-spaces/${name}.yaml`)),
    read(file) {
      const space = readSpace(file)
      if (searchable(space).length < 100) count(decode(space, smallest(space)))
    },
  },
  {
    name: 'device table',
    file: 'table.yaml',
    format: formats.yaml,
    seeds: () => ['pixel1', 'xeon-cifar10-mbconv'].map(name => seeds.shipped(`latency-models/${name}.yaml`)),
    read: file => tableYaml(readTable(file)),
  },
  {
    name: 'config',
    file: 'config.yaml',
    format: formats.yaml,
    seeds: () => [
      seeds.bytesOf('data: cifar10-sample\nepochs: 3\nconstraint: [latency<=4ms, macs<=50%]\nquiet: true\n'),
    ],
    read: file => applyConfig(seeds.toyCommand(), file),
  },
  {
    name: 'accuracies',
    file: 'accuracies.csv',
    format: formats.csv,
    seeds: () => [accuracies()],
    read: file => readAccuracyTable(file, family),
  },
  {
    name: 'accuracies: gzip',
    file: 'accuracies.csv.gz',
    format: formats.gzip(formats.csv),
    seeds: () => [new Uint8Array(gzipSync(accuracies()))],
    read: file => readAccuracyTable(file, family),
  },
]

const rootOf = (file: string) => join(file, '../..')
const showRun = (file: string) => {
  listRuns(rootOf(file))
  return describeRun(openRun(rootOf(file), 'run-1'))
}
const ofRun = (file: string, more: Pick<Reader, 'read'> & Partial<Reader>): Reader => ({
  name: `run: ${file}`,
  file: `run-1/${file}`,
  format: formats.json,
  seeds: async () => [await seeds.ofRun(file)],
  prepare: seeds.copyRun,
  ...more,
})

const runs: readonly Reader[] = [
  ofRun('config.json', { read: showRun }),
  ofRun('status.json', { read: showRun }),
  ofRun('result.json', { read: showRun }),
  ofRun('journal.ndjson', {
    format: formats.ndjson,
    read: file => readJournal(openRun(rootOf(file), 'run-1')),
  }),
  ofRun('checkpoint/current.json', {
    format: formats.checkpoint,
    async prepare(root) {
      await seeds.copyRun(root)
      rmSync(join(root, 'run-1/checkpoint/previous.json'))
    },
    read: file => loadCheckpoint(openRun(join(file, '../../..'), 'run-1')),
    // Of several that are damaged it names the folder.
    unnamed: true,
  }),
  ofRun('report.json', { read: file => redrawReport(openRun(rootOf(file), 'run-1')), writes: 'run-1' }),
  ofRun('lock', {
    seeds: () => [seeds.bytesOf(JSON.stringify({ pid: 2 ** 22 - 1, host: hostname(), born: '1' }))],
    read: file => withLock(openRun(rootOf(file), 'run-1'), async () => showRun(file)),
    writes: 'run-1',
    unnamed: true,
  }),
]

/** Every reader of files. */
export const readers: readonly Reader[] = [...networks, ...images, ...hardware, ...asked, ...runs]
