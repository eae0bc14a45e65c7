import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
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
} from '../../../src/network/index.js'
import { rankingJson, readRanking } from '../../../src/prune/plan-index.js'
import { readPacked } from '../../../src/quantize/packed-index.js'
import { readSupernet, writeSupernet } from '../../../src/search/one-shot/supernet-file.js'
import { decode, largest } from '../../../src/search/space-index.js'
import { smallSpace } from '../../search/space/small-space.js'
import * as formats from '../formats.js'
import { randomOnnx } from '../random-onnx.js'
import type { Reader } from '../reader.js'
import * as seeds from '../seeds.js'

const bytesIn = (file: string): Uint8Array => new Uint8Array(readFileSync(file))

/** What every command does with a network that it was given. */
function use(network: Network): void {
  const { macs, params } = count(network)
  if (!(macs >= 0 && params >= 0)) throw new Error(`a network of ${macs} MACs and ${params} parameters`)
  structureJson(network)
  if (Object.keys(network.weights).length > 0) writeOnnx(network)
}

export const networks: readonly Reader[] = [
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
      const { writePacked } = await import('../../../src/quantize/packed/write-packed.js')
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
