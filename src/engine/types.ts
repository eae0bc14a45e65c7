import type * as TensorFlow from '@tensorflow/tfjs-node'

export type Tensor = TensorFlow.Tensor
