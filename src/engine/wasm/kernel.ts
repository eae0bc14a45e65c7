import type { KernelConfig, KernelFunc } from '@tensorflow/tfjs'
import { tf } from '../tensorflow.js'
import type { Tensor } from '../types.js'

/** What a kernel of TensorFlow.js is called with. */
export interface KernelCall {
  readonly inputs: Readonly<Record<string, Tensor>>
  readonly attrs: Readonly<Record<string, unknown>>
}

/** A kernel of the wasm backend, put together from others. */
export const kernel = (kernelName: string, run: (call: KernelCall) => Tensor): KernelConfig => ({
  kernelName,
  backendName: 'wasm',
  kernelFunc: (call => tf.tidy(() => run(call as unknown as KernelCall))) as KernelFunc,
})

/** The kernel that the backend came with. */
export function original(kernelName: string): (call: KernelCall) => Tensor {
  const { kernelFunc } = tf.getKernel(kernelName, 'wasm')
  return call => {
    const { dataId, shape, dtype } = kernelFunc({
      ...call,
      backend: tf.backend(),
    } as never) as never as Tensor
    return tf.engine().makeTensorFromTensorInfo({ dataId, shape, dtype })
  }
}
