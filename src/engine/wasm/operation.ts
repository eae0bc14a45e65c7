import type { Tensor } from '../types.js'

/** Values of a TensorFlow operation's attributes, by name. */
export type Attributes = Readonly<Record<string, unknown>>

/** A TensorFlow operation put together from what the wasm backend has. Run within tf.tidy. */
export type WasmOperation = (attributes: Attributes, inputs: readonly Tensor[]) => Tensor[]

export type WasmOperations = Readonly<Record<string, WasmOperation>>
