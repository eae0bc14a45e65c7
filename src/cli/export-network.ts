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

/** Share of the images on which a step may weigh more than that: a sign that turns is a step of 2. */
const TURNED = 1 / 8

/**
 * What keeps the logits of two runtimes from being those of one network, in words; undefined where nothing does. `rounds` is for
 * networks whose feature maps are rounded.
 */
export function logitsDiffer(
  ours: Float32Array,
  theirs: Float32Array,
  { images, rounds }: { readonly images: number; readonly rounds: boolean },
): string | undefined {
  const classes = ours.length / images
  const size = ours.reduce((most, value) => Math.max(most, Math.abs(value)), 1)
  const off = Array.from({ length: images }, (_, image) => {
    const own = ours.subarray(image * classes, (image + 1) * classes)
    return own.reduce((most, value, i) => {
      const apart = Math.abs(value - theirs[image * classes + i]!)
      return Number.isNaN(apart) ? Number.POSITIVE_INFINITY : Math.max(most, apart)
    }, 0)
  })
  const limit = (rounds ? ROUNDED_TOLERANCE : TOLERANCE) * size
  const beyond = off.filter(value => !(value <= limit)).length
  if (beyond <= (rounds ? TURNED * images : 0)) return undefined
  return `differ from the engine's by up to ${Math.max(...off)}, by more than ${limit.toPrecision(2)} on ${beyond} of ${images} images`
}

/**
 * Writes a network into the run folder as ONNX, after running it in onnxruntime: its logits on `sample` must be the
 * engine's (`logitsDiffer`). Returns the bytes. Throws RunError when they are not.
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
  const rounds = network.layers.some(({ type }) => type === 'quantize')
  const difference = logitsDiffer(logits, theirs, { images: sample.count, rounds })
  if (difference !== undefined)
    throw new RunError(`${file}: onnxruntime's logits ${difference}; it was not written`)
  onDisk(run, () => writeAside(join(run.folder, file), onnx))
  return onnx
}
