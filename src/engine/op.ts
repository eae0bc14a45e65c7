import type { NodeJSKernelBackend } from '@tensorflow/tfjs-node/dist/nodejs_kernel_backend.js'
import { backend, tf } from './tensorflow.js'
import type { Tensor } from './types.js'
import { runOnWasm } from './wasm/run.js'

type Attribute = { name: string; type: number; value: number | boolean | string | object }

/** Kinds of attributes and types of tensors, by their numbers in TensorFlow's C interface. */
const KIND = { string: 0, int: 1, float: 2, bool: 3, type: 4, shape: 5 } as const
const TYPE = { TF_FLOAT: 1, TF_INT32: 3 } as const

/** Attributes of a TensorFlow operation, by the kind of their value. */
export const attribute = {
  type: (name: string, value: keyof typeof TYPE): Attribute => ({
    name,
    type: KIND.type,
    value: TYPE[value],
  }),
  float: (name: string, value: number): Attribute => ({ name, type: KIND.float, value }),
  int: (name: string, value: number): Attribute => ({ name, type: KIND.int, value }),
  ints: (name: string, value: readonly number[]): Attribute => ({ name, type: KIND.int, value }),
  bool: (name: string, value: boolean): Attribute => ({ name, type: KIND.bool, value }),
  string: (name: string, value: string): Attribute => ({ name, type: KIND.string, value }),
  shape: (name: string, value: readonly number[]): Attribute => ({ name, type: KIND.shape, value }),
}

export const FLOAT = attribute.type('T', 'TF_FLOAT')

const native = () => tf.backend() as unknown as NodeJSKernelBackend

/** Runs a TensorFlow operation with `outputs` outputs. On wasm, trailing outputs that only TensorFlow uses are left out. */
export const operations = (
  name: string,
  attributes: Attribute[],
  inputs: Tensor[],
  outputs: number,
): Tensor[] =>
  backend.name === 'native'
    ? native().executeMultipleOutputs(name, attributes as never, inputs, outputs)
    : runOnWasm(name, attributes, inputs)

/** Runs a TensorFlow operation with one output. */
export const operation = (name: string, attributes: Attribute[], inputs: Tensor[]): Tensor =>
  backend.name === 'native'
    ? native().executeSingleOutput(name, attributes as never, inputs)
    : runOnWasm(name, attributes, inputs)[0]!
