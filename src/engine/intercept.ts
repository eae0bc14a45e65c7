import type { NodeJSKernelBackend } from '@tensorflow/tfjs-node/dist/nodejs_kernel_backend.js'
import { tf } from './tensorflow.js'
import type { Tensor } from './types.js'

/** TensorFlow.js's native backend. */
export const nativeBackend = () => tf.backend() as unknown as NodeJSKernelBackend & Intercepted

interface Intercepted {
  binding: Record<string, number>
}

/** An attribute as TensorFlow.js hands it to TensorFlow: `type` is the kind of its value. */
export interface OpAttribute {
  readonly name: string
  readonly type: number
  readonly value: unknown
}

/** What is asked of each operation that would run. */
export interface Interceptor {
  /** Runs instead of the operation; `run` runs it. */
  operation(
    name: string,
    attributes: readonly OpAttribute[],
    inputs: readonly Tensor[],
    run: () => Tensor[],
  ): Tensor[]
  /** Before a tensor's value is read. */
  read(dataId: object): void
}

type Execute = (name: string, attributes: OpAttribute[], inputs: Tensor[], outputs: number) => Tensor[]

let current: Interceptor | undefined

/** Runs `body` while every operation and every reading of a value on the native backend goes through `interceptor`. */
export function intercept<T>(interceptor: Interceptor, body: () => T): T {
  const backend = nativeBackend()
  const plain = Object.getPrototypeOf(backend) as NodeJSKernelBackend
  const execute: Execute = (name, attributes, inputs, outputs) => {
    const run = () => plain.executeMultipleOutputs.call(backend, name, attributes as never, inputs, outputs)
    return current ? current.operation(name, attributes, inputs, run) : run()
  }
  const own: Partial<NodeJSKernelBackend> = {
    executeMultipleOutputs: execute as never,
    executeSingleOutput: ((name: string, attributes: OpAttribute[], inputs: Tensor[]) =>
      execute(name, attributes, inputs, 1)[0]) as never,
    readSync(dataId: object) {
      current?.read(dataId)
      return plain.readSync.call(backend, dataId)
    },
  }
  Object.assign(backend, own)
  current = interceptor
  try {
    return body()
  } finally {
    current = undefined
    for (const method of Object.keys(own)) delete (backend as unknown as Record<string, unknown>)[method]
  }
}

/** Runs `body` past the interceptor, if there is one. */
export function unrecorded<T>(body: () => T): T {
  const interceptor = current
  current = undefined
  try {
    return body()
  } finally {
    current = interceptor
  }
}
