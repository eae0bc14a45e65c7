import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { architectureAt, familyOf } from '../../src/codesign/index.js'
import { type PricedBlock, pricedChoices, tableYaml, toTable } from '../../src/cost/index.js'
import { graph, initialize, type Network, writeOnnx } from '../../src/network/index.js'
import { packageRoot } from '../../src/package-root.js'
import { random } from '../../src/random.js'
import { readSpace } from '../../src/search/space-index.js'
import { hasLibrary, LIBRARY } from '../hardware/characterize/library.js'

/** Training images of each of CIFAR-10's five files, and test images. */
const IMAGES = 40

/** A network that takes CIFAR-10, small enough to be run thousands of times. */
export function exampleNetwork(): Network {
  const net = graph('small', [32, 32, 3])
  const stem = net.activation(net.batchNorm(net.conv(net.input, { name: 'stem', filters: 8, strides: 2 })))
  const inner = net.activation(net.batchNorm(net.conv(stem, { name: 'inner', filters: 12 })))
  const outer = net.activation(net.batchNorm(net.conv(inner, { name: 'outer', filters: 8 })))
  net.dense(net.flatten(net.pool(net.add([stem, outer]))), { name: 'classifier', units: 10 })
  return initialize(net.finish(), 1)
}

/** CIFAR-10 in its official layout, of noise. */
function cifar10(dir: string): void {
  mkdirSync(dir)
  const stream = random(0, 'cifar10')
  const record = (i: number) => [i % 10, ...Array.from({ length: 3072 }, () => stream.integer(256))]
  const batch = Buffer.from(Array.from({ length: IMAGES }, (_, i) => record(i)).flat())
  for (const name of [1, 2, 3, 4, 5].map(i => `data_batch_${i}`))
    writeFileSync(join(dir, `${name}.bin`), batch)
  writeFileSync(join(dir, 'test_batch.bin'), batch)
}

/** An accuracy for every cell of NAS-Bench-201. */
function accuracies(): string {
  const family = familyOf({ kind: 'nasbench201' })
  const line = (_: unknown, i: number) =>
    `${family.format(architectureAt(family, i)).replaceAll(',', ' ')},${(60 + (i % 97) / 3).toFixed(2)}`
  return ['arch,cifar10_test', ...Array.from({ length: family.size }, line), ''].join('\n')
}

/** Four networks. */
const LITTLE = `name: little
input: [32, 32, 3]
classes: 10
batchNorm: { epsilon: 1.0e-3, momentum: 0.9 }
stem: { filters: 4, stride: 2 }
stages:
  - { fixed: { filters: 4 } }
  - { blocks: 1, filters: 8, stride: 2, kernels: [3, 5], expansions: [3, 6] }
head: { filters: 16, dropout: 0.1 }
`

/** A device table of a space: about a hundredth of a millisecond for every choice. */
function tableOf(space: string): string {
  const { name, blocks } = readSpace(space)
  const prices = (block: PricedBlock) =>
    Object.fromEntries(pricedChoices(block).map((choice, i) => [choice, 0.01 + i / 1000]))
  const searchable = blocks.filter(block => block.searchable)
  return tableYaml(
    toTable({
      ...{ schema: 1, device: 'example', metric: 'latency', unit: 'ms', batch: 1, space: name },
      ...{ fixedMs: 0.05, blocks: Object.fromEntries(searchable.map(block => [block.name, prices(block)])) },
    }),
  )
}

/** Sixteen accelerators, of elements of two types. */
const FEW = `name: few
peType: [int8, lightpe-1]
rows: [8, 16]
columns: [8, 16]
bufferKib: [64, 256]
`

/** Writes into `dir` the files that the examples take from their reader, by the names that they are given there. */
export function exampleFiles(dir: string): void {
  const at = (name: string) => join(dir, name)
  const shipped = (name: string) => join(packageRoot, 'latency-models', name)
  cifar10(at('DIR'))
  writeFileSync(at('MODEL.onnx'), writeOnnx(exampleNetwork()))
  writeFileSync(at('nb201_acc.csv.gz'), gzipSync(accuracies()))
  copyFileSync(shipped('xeon-cifar10-mbconv.yaml'), at('my-machine.yaml'))
  for (const end of ['csv', 'json'])
    copyFileSync(shipped(`accelerator/characterization-45nm.${end}`), at(`points.${end}`))
  if (hasLibrary) copyFileSync(LIBRARY, at('LIB.lib.gz'))
  writeFileSync(at('little.yaml'), LITTLE)
  writeFileSync(at('little-table.yaml'), tableOf(at('little.yaml')))
  writeFileSync(at('few.yaml'), FEW)
}
