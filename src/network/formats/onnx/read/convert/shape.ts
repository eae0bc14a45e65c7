import { integers } from '../constant.js'
import { int, ints } from '../node.js'
import { reshape, targetDims } from '../reshape.js'
import { type Converter, constant, optional, type Scope, signal } from '../scope.js'
import { axisIndex, dimsOf, type Signal } from '../signal.js'
import { refuse } from '../unsupported.js'

const axesOf = (scope: Scope): readonly number[] | undefined => {
  const listed = optional(scope, 1, 'axes')
  return ints(scope.node, 'axes') ?? (listed && Array.from(listed.data))
}

const shape: Converter = scope => {
  const dims = dimsOf(signal(scope))
  return integers(
    scope.node.outputs[0]!,
    dims.slice(int(scope.node, 'start', 0), int(scope.node, 'end', dims.length)),
  )
}

const size: Converter = scope =>
  integers(scope.node.outputs[0]!, [dimsOf(signal(scope)).reduce((product, each) => product * each, 1)], [])

const reshaped: Converter = scope => {
  const x = signal(scope)
  const asked = Array.from(constant(scope, 1, 'shape').data)
  return reshape(scope, x, targetDims(x, asked, int(scope.node, 'allowzero', 0) === 1))
}

const flatten: Converter = scope => {
  const x = signal(scope)
  const dims = dimsOf(x)
  const asked = int(scope.node, 'axis', 1)
  const axis = asked < 0 ? asked + dims.length : asked
  const product = (sizes: readonly number[]) => sizes.reduce((all, each) => all * each, 1)
  return reshape(scope, x, [product(dims.slice(0, axis)), product(dims.slice(axis))])
}

const squeeze: Converter = scope => {
  const x = signal(scope)
  const asked = axesOf(scope)?.map(axis => axisIndex(axis, x.axes.length))
  const goes = (dim: number, axis: number) => (asked ? asked.includes(axis) : dim === 1 && axis > 0)
  const wrong = asked?.find(axis => dimsOf(x)[axis] !== 1)
  if (wrong !== undefined) refuse(`removes axis ${wrong} of size ${dimsOf(x)[wrong]}`)
  if (asked?.some(axis => x.axes[axis]!.of === 'batch')) refuse('removes the batch')
  return {
    ...reshape(
      scope,
      x,
      dimsOf(x).filter((dim, axis) => !goes(dim, axis)),
    ),
  }
}

const unsqueeze: Converter = scope => {
  const x = signal(scope)
  const asked = axesOf(scope) ?? refuse('does not say which axes to add')
  const rank = x.axes.length + asked.length
  const axes = new Set(asked.map(axis => axisIndex(axis, rank)))
  if (axes.has(0)) refuse('adds an axis before the batch')
  const kept = [...dimsOf(x)]
  return reshape(
    scope,
    x,
    Array.from({ length: rank }, (_, axis) => (axes.has(axis) ? 1 : kept.shift()!)),
  )
}

const transpose: Converter = scope => {
  const x = signal(scope)
  const order = ints(scope.node, 'perm') ?? x.axes.map((_, axis) => x.axes.length - 1 - axis)
  const from = order.map(axis => axisIndex(axis, x.axes.length))
  if (from.length !== x.axes.length || new Set(from).size !== from.length)
    refuse(`has the permutation [${order}] of ${x.axes.length} axes`)
  return { ...x, axes: from.map(axis => x.axes[axis]!) }
}

/** To the shape that it has already; anything else would need a layer that repeats values. */
const expand: Converter = scope => {
  const x: Signal = signal(scope)
  const asked = Array.from(constant(scope, 1, 'shape').data)
  const dims = dimsOf(x)
  const shift = dims.length - asked.length
  if (shift < 0 || asked.some((size, axis) => size !== 1 && size !== dims[axis + shift]))
    refuse(`repeats values: [${dims}] expanded to [${asked}]; Tandem has no layer for it`)
  return x
}

export const shapeConverters: Readonly<Record<string, Converter>> = {
  Shape: shape,
  Size: size,
  Reshape: reshaped,
  Flatten: flatten,
  Squeeze: squeeze,
  Unsqueeze: unsqueeze,
  Transpose: transpose,
  Expand: expand,
}
