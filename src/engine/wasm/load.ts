import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type * as Wasm from '@tensorflow/tfjs-backend-wasm'
import type * as TensorFlow from '@tensorflow/tfjs-node'
import { EngineError } from '../../errors.js'

const require = createRequire(import.meta.url)

/** The part of the compiled module that the package's types leave out. */
export interface WasmModule {
  readonly HEAPU8: Uint8Array
  _malloc(bytes: number): number
}

/**
 * Loads TensorFlow.js on WebAssembly, from the files of the package. One thread, SIMD: the package's threads do not
 * run in Node. Of the native API `tf.node` and `tf.io` for files are missing.
 */
export async function loadWasm(): Promise<typeof TensorFlow> {
  const tf = require('@tensorflow/tfjs') as typeof TensorFlow
  const { setWasmPaths } = require('@tensorflow/tfjs-backend-wasm') as typeof Wasm
  setWasmPaths(join(dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json')), 'dist', '/'))
  await tf.setBackend('wasm')
  refuseToRunOut((tf.backend() as unknown as { wasm: WasmModule }).wasm)
  return tf
}

/** Makes an allocation that fails throw, where the backend would go on to write at address 0. */
function refuseToRunOut(module: WasmModule): void {
  // Its first call puts another function in its place.
  module._malloc(0)
  const allocate = module._malloc
  module._malloc = bytes => {
    const address = allocate(bytes)
    if (address !== 0 || bytes === 0) return address
    throw new EngineError(
      `The wasm backend has no room for ${bytes} bytes more: use a smaller batch, or TensorFlow (tandem engine install)`,
    )
  }
}
