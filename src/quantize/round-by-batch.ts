import { type Execution, type Tensor, tf } from '../engine/index.js'
import { anyPowerBelow } from './power-of-two.js'
import type { Prepared } from './prepare.js'
import { kernelOf, quantizeKernels } from './quantize-kernels.js'
import { constant } from './straight-through.js'

/**
 * How a prepared network runs on a batch without a calibration: kernels on the scheme's grid, every feature map rounded
 * in steps that reach the largest value that it has in the batch, without a gradient in the steps. For weights that are
 * many networks', of which none has ranges of its own. `weight` gives latent weights by name. To be called within tf.tidy.
 */
export function roundByBatch(
  prepared: Prepared,
  images: Tensor,
  weight: (name: string) => Tensor,
): Required<Pick<Execution, 'weight' | 'output'>> {
  const latent = new Map(prepared.layers.map(layer => [kernelOf(layer), weight(kernelOf(layer))]))
  const values = new Map(quantizeKernels(prepared, latent).kernels)
  const readers = new Map(prepared.quantizers.map(({ name, input }) => [input, name]))
  const output = (layer: string, output: Tensor): Tensor => {
    const reader = readers.get(layer)
    if (reader !== undefined) values.set(`${reader}/step`, batchStep(output, prepared))
    return output
  }
  output(prepared.network.input.name, images)
  return { weight: name => values.get(name) ?? weight(name), output }
}

/** The step with which integers reach the largest value of a feature map: [1]. */
const batchStep = (x: Tensor, { scheme }: Pick<Prepared, 'scheme'>): Tensor => {
  const most = 2 ** (scheme.activationBits - 1) - 1
  return constant(x, x => {
    const peak = tf.reshape(tf.max(tf.abs(x)), [1]) as Tensor
    if (scheme.steps === 'any') return tf.mul(tf.add(peak, tf.cast(tf.equal(peak, 0), 'float32')), 1 / most)
    return tf.mul(anyPowerBelow(tf.mul(peak, 1 / (most + 0.5))), 2)
  })
}
