import { tf } from '../tensorflow.js'
import { convolutionKernels } from './kernels/convolutions.js'
import { identity } from './kernels/identity.js'
import { matrixProduct } from './kernels/matrix-product.js'
import { maxPoolGradient } from './kernels/max-pool-gradient.js'
import { segmentSum } from './kernels/segment-sum.js'
import { slice } from './kernels/slice.js'

/** Gives the wasm backend the kernels that TensorFlow.js asks it for and that it lacks, has wrong or has only slowly. */
export function registerKernels(): void {
  for (const config of [
    ...convolutionKernels,
    identity,
    matrixProduct(),
    maxPoolGradient,
    segmentSum,
    slice(),
  ]) {
    if (tf.getKernel(config.kernelName, 'wasm')) tf.unregisterKernel(config.kernelName, 'wasm')
    tf.registerKernel(config)
  }
}
