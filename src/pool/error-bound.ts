import { subsample, type Tensor, tf } from '../engine/index.js'
import { NetworkError } from '../errors.js'
import { type Conv, inferShapes, type Network } from '../network/index.js'
import { placementOf, readersOf } from './placement.js'
import { poolableConvolution } from './poolable.js'
import { secantSlopes } from './secant-slopes.js'
import { spectralNorm } from './spectral-norm.js'

/** What the error of a pooled convolution cannot exceed, for a batch. */
export interface ErrorBound {
  /** Of the size of each value's error: [n, height, width, filters]. */
  readonly values: Tensor
  /** Of the Euclidean norm of each pixel's error over its channels: [n, height, width]. */
  readonly pixels: Tensor
}

/**
 * The error bound of pooling one convolution, as a function of its input. docs/virtual-pooling.md has the theorem:
 * at a pixel whose input patch is P and whose kept neighbours' patches are P₁ … P₄ (some the same at the edges and
 * between two pixels), with secant slopes of channel c between m and M in what stands before the interpolation,
 *
 *     |e_c| ≤ ‖W_c‖₂ · ( ½|M + m| · ‖¼ΣPₖ − P‖₂ + ½(M − m) · ¼Σ‖Pₖ − P‖₂ )
 *
 * and for all channels together with the spectral norms of the kernel's rows times ½|M + m| and ½(M − m). Weights are
 * taken in once, here; the result takes the convolution's input, [n, height, width, channels], without padding,
 * and is to be called within tf.tidy. Norms are rounded as float32 is.
 * Throws NetworkError where the layer cannot be pooled or the network has no weights.
 */
export function errorBound(network: Network, layer: string): (x: Tensor) => ErrorBound {
  const conv = poolableConvolution(network, layer)
  const kernel = network.weights[`${layer}/kernel`]?.data
  if (kernel === undefined)
    throw new NetworkError(`network "${network.name}" has no weights, which a bound on "${layer}" is made of`)
  const { after } = placementOf(conv, readersOf(network))
  const slopes = secantSlopes(after, conv.filters, network)
  const means = slopes.map(([low, high]) => Math.abs(high + low) / 2)
  const spans = slopes.map(([low, high]) => (high - low) / 2)
  const mean = factorsOf(conv, kernel, means)
  // Behind a relu they are the same.
  const span = means.every((each, i) => each === spans[i]) ? mean : factorsOf(conv, kernel, spans)
  const [height, width] = inferShapes(network).get(layer)! as readonly [number, number, number]
  return x => {
    const { residual, distance } = patchNorms(conv, x, [height, width])
    const [n, , , groups] = residual.shape as [number, number, number, number]
    const perChannel = (norms: Tensor, { channels }: Factors) =>
      tf.mul(tf.expandDims(norms, -1), tf.tensor(channels, [groups, conv.filters / groups]))
    const perGroup = (norms: Tensor, factors: Factors) => tf.mul(norms, tf.tensor1d(factors.groups))
    return {
      values: tf.reshape(tf.add(perChannel(residual, mean), perChannel(distance, span)), [
        n,
        height,
        width,
        conv.filters,
      ]),
      pixels: tf.norm(tf.add(perGroup(residual, mean), perGroup(distance, span)), 'euclidean', -1),
    }
  }
}

/** What a norm of patches is multiplied by, for each channel and for the channels of a group together. */
interface Factors {
  readonly channels: Float32Array
  readonly groups: Float32Array
}

function factorsOf({ filters, groups }: Conv, kernel: Float32Array, slopes: readonly number[]): Factors {
  const rows = slopes.map((slope, filter) =>
    Float64Array.from({ length: kernel.length / filters }, (_, i) => slope * kernel[i * filters + filter]!),
  )
  const each = filters / groups
  return {
    channels: Float32Array.from(rows, row => Math.sqrt(row.reduce((sum, value) => sum + value * value, 0))),
    groups: Float32Array.from({ length: groups }, (_, group) =>
      spectralNorm(rows.slice(group * each, (group + 1) * each)),
    ),
  }
}

/**
 * For every pixel of the output and group of channels, of the patches of the input that the kernel is laid on:
 * `residual`, the norm of the kept neighbours' mean minus the pixel's own, and `distance`, the mean of the norms of
 * their differences. Both [n, height, width, groups]. Patches are gone through tap by tap.
 */
function patchNorms(conv: Conv, x: Tensor, [height, width]: readonly [number, number]) {
  const { kernel, strides, dilations, groups } = conv
  const [top, bottom, left, right] = conv.padding
  const [n, , , channels] = x.shape as [number, number, number, number]
  const padded = tf.pad(x, [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ])
  const squares = (values: Tensor) =>
    tf.sum(tf.reshape(tf.square(values), [n, height, width, groups, channels / groups]), -1)
  const reach = [(height - 1) * strides[0] + 1, (width - 1) * strides[1] + 1] as const
  const sums = Array.from({ length: 5 }, () => tf.zeros([n, height, width, groups]) as Tensor)
  for (let row = 0; row < kernel[0]; row++)
    for (let column = 0; column < kernel[1]; column++) {
      const seen = tf.slice(
        padded,
        [0, row * dilations[0], column * dilations[1], 0],
        [n, ...reach, channels],
      )
      const own = subsample(seen, strides)
      const kept = keptNeighbours(own)
      const mean = tf.mul(tf.addN(kept), 1 / 4)
      for (const [i, of] of [mean, ...kept].entries()) {
        const sum = tf.add(sums[i]!, squares(tf.sub(of, own)))
        sums[i]!.dispose()
        sums[i] = sum
      }
      tf.dispose([seen, own, mean, ...kept])
    }
  const [residual, ...distances] = sums.map(sum => tf.sqrt(sum)) as [Tensor, ...Tensor[]]
  return { residual, distance: tf.mul(tf.addN(distances), 1 / 4) }
}

/** For every pixel the four nearest of even row and column: itself four times, or two twice, where it is even. */
function keptNeighbours(map: Tensor): Tensor[] {
  const [, height, width] = map.shape as [number, number, number]
  const before = (size: number) => Array.from({ length: size }, (_, i) => i - (i % 2))
  const behind = (size: number) =>
    Array.from({ length: size }, (_, i) => (i % 2 === 1 && i + 1 < size ? i + 1 : i - (i % 2)))
  return [before, behind].flatMap(vertical => {
    const rows = tf.gather(map, tf.tensor1d(vertical(height), 'int32'), 1)
    return [before, behind].map(horizontal => tf.gather(rows, tf.tensor1d(horizontal(width), 'int32'), 2))
  })
}
