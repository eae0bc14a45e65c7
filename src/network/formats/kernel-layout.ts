import type { Weight } from '../network.js'

/** A kernel [out, in, kh, kw] as [kh, kw, in, out]. */
export function oihwToHwio({ shape, data }: Weight): Weight {
  const [filters, depth, height, width] = shape as [number, number, number, number]
  const area = height * width
  const values = new Float32Array(data.length)
  for (let filter = 0, from = 0; filter < filters; filter++)
    for (let channel = 0; channel < depth; channel++)
      for (let at = 0; at < area; at++) values[(at * depth + channel) * filters + filter] = data[from++]!
  return { shape: [height, width, depth, filters], data: values }
}

/** Side of the square that is turned at once: both its rows and its columns stay in the cache. */
const TILE = 32

/** A matrix [rows, columns] as [columns, rows]. */
export function transposed({ shape, data }: Weight): Weight {
  const [rows, columns] = shape as [number, number]
  const values = new Float32Array(data.length)
  for (let top = 0; top < rows; top += TILE)
    for (let left = 0; left < columns; left += TILE)
      for (let row = top; row < Math.min(top + TILE, rows); row++)
        for (let column = left; column < Math.min(left + TILE, columns); column++)
          values[column * rows + row] = data[row * columns + column]!
  return { shape: [columns, rows], data: values }
}
