import { EngineError } from '../../errors.js'
import { backend, tf } from '../tensorflow.js'
import type { Tensor } from '../types.js'
import { activations } from './activations.js'
import { batchNorms } from './batch-norm.js'
import { convolutions } from './convolution.js'
import { crossEntropies } from './cross-entropy.js'
import type { WasmOperations } from './operation.js'
import { optimizers } from './optimizers.js'
import { randoms } from './random-uniform.js'
import { registerKernels } from './register-kernels.js'
import { resizes } from './resize.js'
import { slices } from './strided-slice.js'
import { variables } from './variables.js'

/** TensorFlow's operations that the engine calls by name, as the wasm backend computes them. */
const operations: WasmOperations = {
  ...activations,
  ...batchNorms,
  ...convolutions,
  ...crossEntropies,
  ...optimizers,
  ...randoms,
  ...resizes,
  ...slices,
  ...variables,
}

if (backend.name === 'wasm') registerKernels()

/** Runs an operation on the wasm backend. Throws EngineError where it is not one of those above. */
export function runOnWasm(
  name: string,
  attributes: readonly { readonly name: string; readonly value: unknown }[],
  inputs: readonly Tensor[],
): Tensor[] {
  const run = operations[name]
  if (!run)
    throw new EngineError(`The wasm backend has no operation ${name}; TensorFlow has: tandem engine install`)
  const values = Object.fromEntries(attributes.map(({ name, value }) => [name, value]))
  return tf.tidy(() => run(values, inputs))
}
