import { unrecorded } from './intercept.js'
import { attribute, operation, operations } from './op.js'
import { tf } from './tensorflow.js'
import type { Tensor } from './types.js'

type Attributes = Parameters<typeof operations>[1]

const dtype = attribute.type('dtype', 'TF_FLOAT')
let created = 0

/** A float32 TensorFlow resource variable: optimizers update it in place, in one operation. */
export interface Variable {
  readonly name: string
  readonly shape: readonly number[]
  /** The resource's handle in the eager runtime: an operand, not to be updated but by `update`. */
  readonly handle: Tensor
  /** Grows with every new value. */
  readonly version: number
  /** The value now. The tensor is the caller's to dispose. */
  read(): Tensor
  assign(value: Tensor): void
  /** Says that a compiled graph holds a newer value; `bringBack` calls `broughtBack` when it is asked for. */
  moved(bringBack: () => void): void
  /** The value that `moved` announced. */
  broughtBack(value: Tensor): void
  /** Says that the eager runtime holds the newest value: after an update through the handle, or to undo `moved`. */
  changed(): void
  dispose(): void
}

const variables = new WeakMap<object, Variable>()

/** The variable whose handle a tensor is. */
export const variableOf = ({ dataId }: Tensor): Variable | undefined => variables.get(dataId)

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
  let version = 0
  let elsewhere: (() => void) | undefined
  const variable: Variable = {
    name,
    shape,
    get handle() {
      elsewhere?.()
      return handle
    },
    get version() {
      return version
    },
    read() {
      elsewhere?.()
      return operation('ReadVariableOp', [dtype], [handle])
    },
    assign(value) {
      elsewhere = undefined
      operations('AssignVariableOp', [dtype], [handle, value], 0)
      version++
    },
    moved(bringBack) {
      elsewhere = bringBack
      version++
    },
    broughtBack(value) {
      elsewhere = undefined
      unrecorded(() => operations('AssignVariableOp', [dtype], [handle, value], 0))
    },
    changed() {
      elsewhere = undefined
      version++
    },
    dispose() {
      variable.changed()
      operations('DestroyResourceOp', [attribute.bool('ignore_lookup_error', false)], [handle], 0)
      handle.dispose()
    },
  }
  variables.set(handle.dataId, variable)
  tf.tidy(() => variable.assign(tf.tensor(data, shape as number[])))
  return variable
}

/** Runs an operation that updates variables in place: `operands` are its inputs in order. */
export function update(name: string, attributes: Attributes, operands: readonly (Variable | Tensor)[]): void {
  const updated = operands.filter((operand): operand is Variable => 'handle' in operand)
  const inputs = operands.map(operand => ('handle' in operand ? operand.handle : operand))
  operations(name, attributes, inputs, 0)
  for (const variable of updated) variable.changed()
}
