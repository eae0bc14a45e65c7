import type { LayerType, Shape, Weight } from '../../../network.js'
import { type Constant, volume } from './constant.js'
import type { Attributes, Draft } from './draft.js'
import type { Node } from './node.js'
import type { Signal } from './signal.js'
import { refuse } from './unsupported.js'

export type Value = Constant | Signal

/** What converting one node may use. */
export interface Scope {
  readonly node: Node
  readonly opset: number
  /** The size of the batch that shapes are computed with. */
  readonly batch: number
  /** Values of the node's inputs; undefined where one is left out. */
  readonly inputs: readonly (Value | undefined)[]
  readonly draft: Draft
  /** Says something about the import that is no error. */
  note(text: string): void
  /** Whether the node gives the network's output. */
  readonly isOutput: boolean
}

/** The outputs of a node, in order; those that nothing may read are left out. */
export type Converter = (scope: Scope) => Value | readonly Value[]

/** Input `index`, which must depend on the network's input. */
export function signal({ inputs }: Scope, index = 0): Signal {
  const value = inputs[index]
  if (value?.kind === 'signal') return value
  return refuse(value ? `its input ${index} is constant` : `its input ${index} is missing`)
}

/** Input `index`, which must be known; undefined where it is left out. `what` names it in the message. */
export function optional({ inputs }: Scope, index: number, what: string): Constant | undefined {
  const value = inputs[index]
  if (value?.kind === 'signal')
    refuse(`its ${what} depends on the network's input; only fixed ones can be read`)
  return value as Constant | undefined
}

/** Input `index`, which must be known and there. */
export const constant = (scope: Scope, index: number, what: string): Constant =>
  optional(scope, index, what) ?? refuse(`its ${what} is missing`)

/** A layer that reads signals; gives its name and shape. */
export function layer<T extends LayerType>(
  { draft, node }: Scope,
  type: T,
  inputs: readonly Signal[],
  attributes: Attributes<T>,
  weights: Readonly<Record<string, Weight>> = {},
  weightName?: string,
): { readonly layer: string; readonly shape: Shape } {
  const names = inputs.map(each => each.layer)
  const origin = { node: node.name, op: node.op, ...(weightName !== undefined && { weight: weightName }) }
  const name = draft.add(type, names, attributes, origin, weights)
  return { layer: name, shape: draft.shapes.get(name)! }
}

/** Values of a constant as a weight of `shape`; refuses values that are no numbers, naming the tensor. */
export function weightOf(constant: Constant, shape: readonly number[], data = constant.data): Weight {
  if (constant.type !== 'float') refuse(`its weight "${constant.name}" is not floating point`)
  if (data.length !== volume(shape))
    refuse(`its weight "${constant.name}" has ${data.length} values, not those of [${shape}]`)
  const values = data instanceof Float32Array ? data : new Float32Array(data)
  const wrong = firstNotFinite(values)
  if (wrong >= 0)
    refuse(`its weight "${constant.name}" has the value ${values[wrong]} at ${wrong}; the model is damaged`)
  return { shape, data: values }
}

/** Index of the first value that is no finite number; −1 where there is none. */
function firstNotFinite(values: Float32Array): number {
  for (let index = 0; index < values.length; index++) if (!Number.isFinite(values[index]!)) return index
  return -1
}
