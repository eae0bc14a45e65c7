import { tf } from '../../src/engine/index.js'

/** How many tensors the backend itself, TensorFlow or wasm, holds for this process. */
export const heldInTensorFlow = (): number => {
  const backend = tf.backend() as unknown as { binding?: { getNumOfTensors(): number }; numDataIds(): number }
  return backend.binding?.getNumOfTensors() ?? backend.numDataIds()
}
