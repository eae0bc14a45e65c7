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

/** A matrix [rows, columns] as [columns, rows]. */
export function transposed({ shape, data }: Weight): Weight {
  const [rows, columns] = shape as [number, number]
  const values = new Float32Array(data.length)
  for (let row = 0, from = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) values[column * rows + row] = data[from++]!
  return { shape: [columns, rows], data: values }
}
