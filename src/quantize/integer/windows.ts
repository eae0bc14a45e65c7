import type { Padding } from '../../network/index.js'

type Pair = readonly [number, number]

/** How a kernel moves over a feature map [height, width, channels], and what it makes of it. */
export interface Windows {
  readonly input: readonly [number, number, number]
  /** Height and width of the output. */
  readonly output: Pair
  readonly kernel: Pair
  readonly strides: Pair
  readonly dilations: Pair
  readonly padding: Padding
}

type Values = Int16Array | Float64Array

/**
 * What each window sees of the channels from `start` on, `count` of them: [positions, kh · kw · count], 0 beyond the border.
 * Written to `rows` and returned, or the map itself where that is the same.
 */
export function unroll<V extends Values>(
  map: V,
  { input: [height, width, channels], output, kernel, strides, dilations, padding }: Windows,
  { start, count }: { readonly start: number; readonly count: number },
  rows: V,
): V {
  const single = [...kernel, ...strides].every(size => size === 1) && padding.every(size => size === 0)
  if (single && count === channels) return map
  let at = 0
  for (let y = 0; y < output[0]; y++)
    for (let x = 0; x < output[1]; x++)
      for (let ky = 0; ky < kernel[0]; ky++) {
        const row = y * strides[0] - padding[0] + ky * dilations[0]
        for (let kx = 0; kx < kernel[1]; kx++) {
          const column = x * strides[1] - padding[2] + kx * dilations[1]
          if (row < 0 || row >= height || column < 0 || column >= width) rows.fill(0, at, at + count)
          else {
            const from = (row * width + column) * channels + start
            for (let c = 0; c < count; c++) rows[at + c] = map[from + c]!
          }
          at += count
        }
      }
  return rows
}
