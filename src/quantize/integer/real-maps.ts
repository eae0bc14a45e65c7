import type { LayerOf, Padding, Shape } from '../../network/index.js'

/** Feature maps side by side. channels: of each. */
export function joinChannels(maps: readonly Float64Array[], channels: readonly number[]): Float64Array {
  const all = channels.reduce((sum, count) => sum + count, 0)
  const joined = new Float64Array(maps.reduce((sum, map) => sum + map.length, 0))
  let start = 0
  for (const [i, map] of maps.entries()) {
    const own = channels[i]!
    for (let at = 0, to = start; at < map.length; at += own, to += all)
      for (let c = 0; c < own; c++) joined[to + c] = map[at + c]!
    start += own
  }
  return joined
}

/** `count` of the channels from `start` on. */
export function sliceMap(map: Float64Array, channels: number, start: number, count: number): Float64Array {
  return Float64Array.from({ length: (map.length / channels) * count }, (_, i) => {
    const c = i % count
    return map[((i - c) / count) * channels + start + c]!
  })
}

/** Zeros around a map [h, w, c]. */
export function padMap(
  map: Float64Array,
  [height, width, channels]: Shape,
  [top, bottom, left, right]: Padding,
): Float64Array {
  const wide = left + width! + right
  const padded = new Float64Array((top + height! + bottom) * wide * channels!)
  const row = width! * channels!
  for (let y = 0; y < height!; y++)
    padded.set(map.subarray(y * row, (y + 1) * row), ((top + y) * wide + left) * channels!)
  return padded
}

/** Every sh-th row and sw-th column of a map [h, w, c]. */
export function subsampleMap(
  map: Float64Array,
  [height, width, channels]: Shape,
  [sh, sw]: readonly [number, number],
): Float64Array {
  const [rows, columns] = [Math.ceil(height! / sh), Math.ceil(width! / sw)]
  const kept = new Float64Array(rows * columns * channels!)
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < columns; x++) {
      const from = (y * sh * width! + x * sw) * channels!
      kept.set(map.subarray(from, from + channels!), (y * columns + x) * channels!)
    }
  return kept
}

/** Largest value or mean of every window of a map [h, w, c]. */
export function poolMap(
  map: Float64Array,
  { kernel: [kh, kw], strides: [sh, sw], padding, includePadding, ...layer }: LayerOf<'pool'>,
  [height, width, channels]: Shape,
  output: Shape,
): Float64Array {
  const pooled = new Float64Array(output.reduce((product, size) => product * size, 1))
  const maximum = layer.function === 'max'
  let at = 0
  for (let y = 0; y < output[0]!; y++)
    for (let x = 0; x < output[1]!; x++) {
      const [firstRow, firstColumn] = [y * sh - padding[0], x * sw - padding[2]]
      const [rowFrom, rowTo] = [Math.max(firstRow, 0), Math.min(firstRow + kh, height!)]
      const [columnFrom, columnTo] = [Math.max(firstColumn, 0), Math.min(firstColumn + kw, width!)]
      const counted = includePadding ? kh * kw : (rowTo - rowFrom) * (columnTo - columnFrom)
      for (let c = 0; c < channels!; c++) {
        let value = maximum ? Number.NEGATIVE_INFINITY : 0
        for (let row = rowFrom; row < rowTo; row++)
          for (let column = columnFrom; column < columnTo; column++) {
            const own = map[(row * width! + column) * channels! + c]!
            value = maximum ? Math.max(value, own) : value + own
          }
        pooled[at++] = maximum ? value : value / counted
      }
    }
  return pooled
}
