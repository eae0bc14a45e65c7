import { tf } from '../../src/engine/index.js'

/** How many tensors TensorFlow itself holds for this process. */
export const heldInTensorFlow = (): number => {
  const { binding } = tf.backend() as unknown as { binding: { getNumOfTensors(): number } }
  return binding.getNumOfTensors()
}
