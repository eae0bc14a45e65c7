import { attribute, operation, operations } from './op.js'
import { tf } from './tensorflow.js'
import type { Tensor } from './types.js'

const dtype = attribute.type('dtype', 'TF_FLOAT')
let created = 0

/** A float32 TensorFlow resource variable: optimizers update it in place, in one operation. */
export interface Variable {
  readonly name: string
  readonly shape: readonly number[]
  /** The resource's handle, an input of ResourceApply… operations. */
  readonly handle: Tensor
  /** The value now. The tensor is the caller's to dispose. */
  read(): Tensor
  assign(value: Tensor): void
  dispose(): void
}

/** Creates a variable that holds `data`. Disposing it frees its memory in TensorFlow. */
export function createVariable(name: string, shape: readonly number[], data: Float32Array): Variable {
  const handle = operation(
    'VarHandleOp',
    [
      dtype,
      attribute.shape('shape', shape),
      attribute.string('container', ''),
      attribute.string('shared_name', `${name}#${created++}`),
    ],
    [],
  )
  tf.keep(handle)
  const assign = (value: Tensor) => {
    operations('AssignVariableOp', [dtype], [handle, value], 0)
  }
  tf.tidy(() => assign(tf.tensor(data, shape as number[])))
  return {
    name,
    shape,
    handle,
    read: () => operation('ReadVariableOp', [dtype], [handle]),
    assign,
    dispose: () => {
      operations('DestroyResourceOp', [attribute.bool('ignore_lookup_error', false)], [handle], 0)
      handle.dispose()
    },
  }
}
