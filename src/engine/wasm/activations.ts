import { tf } from '../tensorflow.js'
import type { WasmOperations } from './operation.js'

/** The relu family and its gradients: inputs (x), and (dy, x). */
export const activations: WasmOperations = {
  Relu: (_, [x]) => [tf.relu(x!)],
  ReluGrad: (_, [dy, x]) => [tf.mul(dy!, tf.step(x!))],
  Relu6: (_, [x]) => [tf.relu6(x!)],
  Relu6Grad: (_, [dy, x]) => [tf.mul(tf.mul(dy!, tf.step(x!)), tf.step(tf.sub(6, x!)))],
  LeakyRelu: ({ alpha }, [x]) => [tf.leakyRelu(x!, alpha as number)],
  LeakyReluGrad: ({ alpha }, [dy, x]) => [tf.mul(dy!, tf.step(x!, alpha as number))],
}
