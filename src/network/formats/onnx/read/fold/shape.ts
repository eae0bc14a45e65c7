import type { Constant } from '../constant.js'
import { volume } from '../constant.js'
import { int, ints } from '../node.js'
import { axisIndex } from '../signal.js'
import { sliceRanges } from '../slice-ranges.js'
import { splitSizes } from '../split-sizes.js'
import { refuse } from '../unsupported.js'
import { type Fold, type FoldScope, known } from './fold-scope.js'
import { broadcastDims, broadcastStrides, places, stridesOf } from './strided.js'

/** The values of a constant picked at places of it. */
function picked(scope: FoldScope, from: Constant, dims: readonly number[], at: () => Float64Array): Constant {
  return scope.result(dims, from.type, () => {
    const values =
      from.data instanceof Float32Array ? new Float32Array(volume(dims)) : new Float64Array(volume(dims))
    at().forEach((place, index) => {
      values[index] = from.data[place]!
    })
    return values
  })
}

/** The same values under another shape. */
function under(from: Constant, dims: readonly number[]): Constant {
  if (volume(dims) !== from.data.length) refuse(`reshapes a constant [${from.dims}] to [${dims}]`)
  return { ...from, dims }
}

/** Axes from the attribute of older operator sets or the second input of newer ones. */
const axesOf = (scope: FoldScope, rank: number): number[] | undefined => {
  const asked = ints(scope.node, 'axes') ?? (scope.inputs[1] && Array.from(scope.inputs[1].data))
  return asked?.map(axis => axisIndex(axis, rank))
}

const reshape: Fold = scope => {
  const from = known(scope, 0)
  const asked = Array.from(known(scope, 1).data)
  const dims = asked.map((size, index) =>
    size === 0 && !int(scope.node, 'allowzero', 0) ? from.dims[index]! : size,
  )
  const rest = dims.reduce((product, size) => (size === -1 ? product : product * size), 1)
  return under(
    from,
    dims.map(size => (size === -1 ? from.data.length / rest : size)),
  )
}

const unsqueeze: Fold = scope => {
  const from = known(scope, 0)
  const count = (ints(scope.node, 'axes') ?? scope.inputs[1]?.data ?? []).length
  const axes = new Set(axesOf(scope, from.dims.length + count))
  const kept = [...from.dims]
  return under(
    from,
    Array.from({ length: from.dims.length + count }, (_, axis) => (axes.has(axis) ? 1 : kept.shift()!)),
  )
}

const squeeze: Fold = scope => {
  const from = known(scope, 0)
  const axes = axesOf(scope, from.dims.length)
  return under(
    from,
    from.dims.filter((size, axis) => (axes ? !axes.includes(axis) : size !== 1)),
  )
}

const flatten: Fold = scope => {
  const from = known(scope, 0)
  const axis = int(scope.node, 'axis', 1)
  const at = axis < 0 ? axis + from.dims.length : axis
  return under(from, [volume(from.dims.slice(0, at)), volume(from.dims.slice(at))])
}

const concat: Fold = scope => {
  const parts = scope.inputs.map((_, index) => known(scope, index))
  const axis = axisIndex(int(scope.node, 'axis', 0), known(scope, 0).dims.length)
  const fits = parts.every(({ dims }) => dims.every((size, at) => at === axis || size === parts[0]!.dims[at]))
  if (!fits) refuse(`joins constants of shapes ${parts.map(({ dims }) => `[${dims}]`).join(', ')}`)
  const dims = parts[0]!.dims.with(
    axis,
    parts.reduce((sum, part) => sum + part.dims[axis]!, 0),
  )
  const float32 = parts.every(part => part.data instanceof Float32Array)
  return scope.result(dims, parts[0]!.type, () => {
    const values = float32 ? new Float32Array(volume(dims)) : new Float64Array(volume(dims))
    const strides = stridesOf(dims)
    let start = 0
    for (const part of parts) {
      places(part.dims, strides, start).forEach((place, index) => {
        values[place] = part.data[index]!
      })
      start += part.dims[axis]! * strides[axis]!
    }
    return values
  })
}

const gather: Fold = scope => {
  const [from, indices] = [known(scope, 0), known(scope, 1)]
  const axis = axisIndex(int(scope.node, 'axis', 0), from.dims.length)
  const size = from.dims[axis]!
  const at = Array.from(indices.data, index => (index < 0 ? index + size : index))
  if (at.some(index => index < 0 || index >= size)) refuse(`takes index ${at} of an axis of ${size}`)
  const dims = [...from.dims.slice(0, axis), ...indices.dims, ...from.dims.slice(axis + 1)]
  const inner = volume(from.dims.slice(axis + 1))
  return picked(scope, from, dims, () =>
    places([volume(from.dims.slice(0, axis)), at.length, inner], [size * inner, 0, 1]).map(
      (place, index) => place + at[Math.floor(index / inner) % at.length]! * inner,
    ),
  )
}

const slice: Fold = scope => {
  const from = known(scope, 0)
  const ranges = sliceRanges(scope.node, scope.inputs.slice(1), from.dims)
  const strides = stridesOf(from.dims)
  const start = ranges.reduce((sum, range, axis) => sum + range.start * strides[axis]!, 0)
  return picked(
    scope,
    from,
    ranges.map(range => range.count),
    () =>
      places(
        ranges.map(range => range.count),
        ranges.map((range, axis) => range.step * strides[axis]!),
        start,
      ),
  )
}

const split: Fold = scope => {
  const from = known(scope, 0)
  const axis = axisIndex(int(scope.node, 'axis', 0), from.dims.length)
  const strides = stridesOf(from.dims)
  let start = 0
  return splitSizes(scope.node, scope.inputs[1], from.dims[axis]!).map(size => {
    const first = start * strides[axis]!
    start += size
    const dims = from.dims.with(axis, size)
    return picked(scope, from, dims, () => places(dims, strides, first))
  })
}

const transpose: Fold = scope => {
  const from = known(scope, 0)
  const order = ints(scope.node, 'perm') ?? from.dims.map((_, axis) => from.dims.length - 1 - axis)
  const strides = stridesOf(from.dims)
  const axes = order.map(axis => axisIndex(axis, from.dims.length))
  if (axes.length !== from.dims.length || new Set(axes).size !== axes.length)
    refuse(`turns a constant [${from.dims}] by [${order}]`)
  const dims = axes.map(axis => from.dims[axis]!)
  return picked(scope, from, dims, () =>
    places(
      dims,
      axes.map(axis => strides[axis]!),
    ),
  )
}

const expand: Fold = scope => {
  const from = known(scope, 0)
  const asked = Array.from(known(scope, 1).data)
  const dims = broadcastDims(from.dims, asked) ?? refuse(`expands a constant [${from.dims}] to [${asked}]`)
  return picked(scope, from, dims, () => places(dims, broadcastStrides(from.dims, dims)))
}

const tile: Fold = scope => {
  const [from, repeats] = [known(scope, 0), Array.from(known(scope, 1).data)]
  const strides = stridesOf(from.dims)
  const dims = from.dims.map((size, axis) => size * repeats[axis]!)
  return picked(scope, from, dims, () => {
    const inner = from.dims.flatMap((size, axis) => [repeats[axis]!, size])
    return places(
      inner,
      strides.flatMap(stride => [0, stride]),
    )
  })
}

/** Operators on the shape of a tensor and on parts of it. */
export const shapeFolds: Readonly<Record<string, Fold>> = {
  Shape(scope) {
    const { dims } = known(scope, 0)
    return scope.result([dims.length], 'integer', () => dims)
  },
  Size: scope => scope.result([], 'integer', () => [known(scope, 0).data.length]),
  Reshape: reshape,
  Unsqueeze: unsqueeze,
  Squeeze: squeeze,
  Flatten: flatten,
  Concat: concat,
  Gather: gather,
  Slice: slice,
  Split: split,
  Transpose: transpose,
  Expand: expand,
  Tile: tile,
}
