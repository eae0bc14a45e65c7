import type { KernelConfig, KernelFunc } from '@tensorflow/tfjs'
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import { tf } from '../../tensorflow.js'
import type { KernelCall } from '../kernel.js'

/** A copy that shares the values, as every other backend makes it; the backend's own copies them. */
export const identity: KernelConfig = {
  kernelName: 'Identity',
  backendName: 'wasm',
  kernelFunc: (({ inputs: { x } }: KernelCall) => {
    const { dataId, shape, dtype } = x!
    ;(tf.backend() as unknown as BackendWasm).incRef(dataId)
    return { dataId, shape, dtype }
  }) as unknown as KernelFunc,
}
