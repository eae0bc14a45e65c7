import type { NodeJSKernelBackend } from '@tensorflow/tfjs-node/dist/nodejs_kernel_backend.js'
import { tf } from './tensorflow.js'
import type { Tensor } from './types.js'

type Attribute = { name: string; type: number; value: number | boolean | string | object }

const backend = () => tf.backend() as unknown as NodeJSKernelBackend & { binding: Record<string, number> }
const binding = backend().binding

/** Attributes of a TensorFlow operation, by the kind of their value. */
export const attribute = {
  type: (name: string, value: 'TF_FLOAT' | 'TF_INT32'): Attribute => ({
    name,
    type: binding['TF_ATTR_TYPE']!,
    value: binding[value]!,
  }),
  float: (name: string, value: number): Attribute => ({ name, type: binding['TF_ATTR_FLOAT']!, value }),
  int: (name: string, value: number): Attribute => ({ name, type: binding['TF_ATTR_INT']!, value }),
  ints: (name: string, value: readonly number[]): Attribute => ({
    name,
    type: binding['TF_ATTR_INT']!,
    value,
  }),
  bool: (name: string, value: boolean): Attribute => ({ name, type: binding['TF_ATTR_BOOL']!, value }),
  string: (name: string, value: string): Attribute => ({ name, type: binding['TF_ATTR_STRING']!, value }),
  shape: (name: string, value: readonly number[]): Attribute => ({
    name,
    type: binding['TF_ATTR_SHAPE']!,
    value,
  }),
}

export const FLOAT = attribute.type('T', 'TF_FLOAT')

/** Runs a TensorFlow operation with `outputs` outputs. */
export const operations = (
  name: string,
  attributes: Attribute[],
  inputs: Tensor[],
  outputs: number,
): Tensor[] => backend().executeMultipleOutputs(name, attributes as never, inputs, outputs)

/** Runs a TensorFlow operation with one output. */
export const operation = (name: string, attributes: Attribute[], inputs: Tensor[]): Tensor =>
  backend().executeSingleOutput(name, attributes as never, inputs)
