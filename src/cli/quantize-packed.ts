import { join } from 'node:path'
import type { Dataset } from '../data/index.js'
import { NetworkError, RunError } from '../errors.js'
import { count, type Network } from '../network/index.js'
import {
  agreement,
  type IntegerNetwork,
  integerNetwork,
  type PackedSizes,
  type Quantization,
  readPacked,
  writePacked,
} from '../quantize/index.js'
import { onDisk, type ReportTable, type Run, writeAside } from '../runs/index.js'
import { logitsOf } from './logits-of.js'
import { sampleOf } from './model-data.js'

/**
 * Writes a quantized network into the run folder in as many bits as its weights have, after reading it back. Throws RunError
 * where that is not the same network.
 */
export function exportPacked(
  run: Run,
  file: string,
  network: Network,
  quantization: Quantization,
): PackedSizes {
  const bytes = writePacked(network, quantization)
  const { network: again, sizes } = readPacked(bytes, file)
  const same = Object.entries(network.weights).every(([name, { data }]) =>
    data.every((value, i) => Object.is(value, again.weights[name]!.data[i])),
  )
  if (!same) throw new RunError(`${file}: the network does not come back as it was; it was not written`)
  onDisk(run, () => writeAside(join(run.folder, file), bytes))
  return sizes
}

/** Size on disk beside that of the float32 numbers. */
export function packedTable({ weights }: Network, sizes: PackedSizes): ReportTable {
  const float32 = Object.values(weights).reduce((sum, { data }) => sum + data.byteLength, 0)
  const row = (name: string, bytes: number) => [name, bytes, float32 / bytes]
  return {
    title: 'Size on disk',
    columns: ['', 'bytes', 'times smaller than float32'],
    rows: [
      row('weights as float32', float32),
      row('packed file', sizes.file),
      ['of it, kernels in bits', sizes.kernels - sizes.scales, undefined],
      ['scales of filters, or their numbers of terms', sizes.scales, undefined],
      ['float32: biases, batch norms, steps, layers that are not quantized', sizes.float32, undefined],
      ['structure', sizes.header, undefined],
    ],
  }
}

/** Images that integers are checked on, and the multiplications that may take. */
const CHECKED = 100
const MOST_MACS = 5e9

/** What becomes of test images in exact integers, in words. */
export function checkIntegers(network: Network, quantization: Quantization, dataset: Dataset): string {
  let integers: IntegerNetwork
  try {
    integers = integerNetwork(network, quantization)
  } catch (error) {
    if (error instanceof NetworkError) return `Not checked in exact integers: ${error.message}`
    throw error
  }
  const most = Math.max(1, Math.min(CHECKED, Math.floor(MOST_MACS / count(network).macs)))
  const sample = sampleOf(network, dataset, most)
  const exact = integers.run(sample.images, sample.count)
  const found = agreement(exact, logitsOf(network, sample), exact.length / sample.count)
  const bits = Math.max(...integers.multipliers.map(({ accumulatorBits }) => accumulatorBits))
  return (
    `In exact integers ${found.sameClass} of ${sample.count} test images have the same class; logits differ by ` +
    `${found.largestDifference.toPrecision(2)} at most, the largest is ${found.largestOutput.toPrecision(3)} ` +
    `(a value midway between two steps was rounded apart on ${found.apart}). Accumulators need up to ${bits} bits.`
  )
}
