import { join } from 'node:path'
import { runOnnx } from '../cost/index.js'
import type { LabelledImages } from '../engine/index.js'
import { RunError } from '../errors.js'
import { type Network, writeOnnx } from '../network/index.js'
import { onDisk, type Run, writeAside } from '../runs/index.js'
import { logitsOf } from './logits-of.js'

/** The largest difference of a logit that is rounding, relative to the largest logit. */
const TOLERANCE = 1e-4

/** Where feature maps are rounded: what differs by a bit may be rounded the other way, by a whole step. */
const ROUNDED_TOLERANCE = 0.05

/**
 * Writes a network into the run folder as ONNX, after running it in onnxruntime: its logits on `sample` must be the
 * engine's. Returns the bytes. Throws RunError when they are not.
 */
export async function exportNetwork(
  run: Run,
  file: string,
  network: Network,
  sample: LabelledImages,
): Promise<Uint8Array> {
  const onnx = writeOnnx(network)
  const theirs = await runOnnx(onnx, sample.images, [sample.count, ...network.input.shape])
  const logits = logitsOf(network, sample)
  const off = theirs.reduce((most, value, i) => Math.max(most, Math.abs(value - logits[i]!)), 0)
  const size = logits.reduce((most, value) => Math.max(most, Math.abs(value)), 1)
  const rounds = network.layers.some(({ type }) => type === 'quantize')
  if (!(off <= (rounds ? ROUNDED_TOLERANCE : TOLERANCE) * size)) {
    throw new RunError(
      `${file}: onnxruntime's logits differ from the engine's by up to ${off}; it was not written`,
    )
  }
  onDisk(run, () => writeAside(join(run.folder, file), onnx))
  return onnx
}
