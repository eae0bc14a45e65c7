import { EngineError } from '../../errors.js'
import { tf } from '../tensorflow.js'
import type { Tensor } from '../types.js'
import type { WasmOperations } from './operation.js'

/** The value of each variable, by its handle's data. */
const values = new WeakMap<object, Tensor>()

/** The value of the variable with this handle; the variable's to dispose. */
export function currentValue({ dataId }: Tensor): Tensor {
  const value = values.get(dataId)
  if (!value) throw new EngineError('A variable was read before it had a value, or after it was disposed')
  return value
}

/** Gives a variable another value and disposes the one it had. */
export function assign({ dataId }: Tensor, value: Tensor): void {
  const old = values.get(dataId)
  values.set(dataId, tf.keep(tf.clone(value)))
  old?.dispose()
}

/** TensorFlow's resource variables: a handle is a tensor of its own, whose data leads to the value. */
export const variables: WasmOperations = {
  VarHandleOp: () => [tf.scalar(0, 'int32')],
  ReadVariableOp: (_, [handle]) => [tf.clone(currentValue(handle!))],
  AssignVariableOp: (_, [handle, value]) => {
    assign(handle!, value!)
    return []
  },
  DestroyResourceOp: (_, [handle]) => {
    currentValue(handle!).dispose()
    values.delete(handle!.dataId)
    return []
  },
}
