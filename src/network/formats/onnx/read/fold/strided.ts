/** Row-major strides of a tensor. */
export function stridesOf(dims: readonly number[]): number[] {
  const strides = dims.map(() => 1)
  for (let axis = dims.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1]! * dims[axis + 1]!
  return strides
}

/**
 * For every value of a tensor of shape `dims`, row-major, the place start + Σ index · stride. Strides of another
 * tensor give its permutations, slices and broadcasts.
 */
export function places(dims: readonly number[], strides: readonly number[], start = 0): Float64Array {
  const result = new Float64Array(dims.reduce((product, size) => product * size, 1))
  const index = dims.map(() => 0)
  for (let at = 0, place = start; at < result.length; at++) {
    result[at] = place
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      place += strides[axis]!
      index[axis]! += 1
      if (index[axis]! < dims[axis]!) break
      place -= dims[axis]! * strides[axis]!
      index[axis] = 0
    }
  }
  return result
}

/** Shape of two tensors broadcast against each other; undefined where they do not fit. */
export function broadcastDims(a: readonly number[], b: readonly number[]): number[] | undefined {
  const rank = Math.max(a.length, b.length)
  const dims = Array.from({ length: rank }, (_, axis) => {
    const [x, y] = [a[axis - rank + a.length] ?? 1, b[axis - rank + b.length] ?? 1]
    return x === y || y === 1 ? x : x === 1 ? y : undefined
  })
  return dims.includes(undefined) ? undefined : (dims as number[])
}

/** Strides of a tensor of shape `from` seen as one of shape `to`: 0 along broadcast axes. */
export function broadcastStrides(from: readonly number[], to: readonly number[]): number[] {
  const strides = stridesOf(from)
  const shift = to.length - from.length
  return to.map((_, axis) => (axis < shift || from[axis - shift] === 1 ? 0 : strides[axis - shift]!))
}
