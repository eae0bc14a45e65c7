import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import { tf } from '../tensorflow.js'
import type { Tensor } from '../types.js'
import type { WasmModule } from './load.js'

const wasm = () => tf.backend() as unknown as BackendWasm & { readonly wasm: WasmModule }

/** A tensor of values yet to be written. */
export const unwritten = (shape: readonly number[], dtype: Tensor['dtype'] = 'float32'): Tensor =>
  tf.engine().makeTensorFromTensorInfo(wasm().makeOutput([...shape], dtype))

/** A tensor of zeros. */
export function zeros(shape: readonly number[]): Tensor {
  const tensor = unwritten(shape)
  view(tensor).fill(0)
  return tensor
}

/** The values of a float32 tensor where they lie, until the next tensor is made. */
export const view = (tensor: Tensor): Float32Array => wasm().typedArrayFromHeap(tensor) as Float32Array

/** Where 4-byte values lie: the first one, and how far it is from one to the next along each axis. */
export interface Layout {
  readonly first: number
  readonly steps: readonly number[]
}

/** The layout of a tensor of 4-byte values in the heap, from the element at `begin` on. */
export function layoutOf(tensor: Tensor, begin: readonly number[] = []): Layout {
  const { shape } = tensor
  const steps = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1))
  const start = wasm().getMemoryOffset(tensor.dataId) / 4
  return { first: begin.reduce((at, index, axis) => at + index * steps[axis]!, start), steps }
}

/** Copies a block of `size` values from one layout to another. Along the last axis values lie side by side in both. */
export function copyBlock(from: Layout, to: Layout, size: readonly number[]): void {
  let run = size.at(-1)!
  let rank = size.length - 1
  // What lies side by side along further axes too is one run.
  while (rank > 0 && from.steps[rank - 1] === run && to.steps[rank - 1] === run) run *= size[--rank]!
  const heap = new Float32Array(wasm().wasm.HEAPU8.buffer)
  const copy = (axis: number, source: number, target: number) => {
    if (axis === rank) {
      heap.copyWithin(target, source, source + run)
      return
    }
    const [step, further] = [from.steps[axis]!, to.steps[axis]!]
    for (let i = 0; i < size[axis]!; i++) copy(axis + 1, source + i * step, target + i * further)
  }
  copy(0, from.first, to.first)
}
