import { tf } from '../tensorflow.js'
import type { Tensor } from '../types.js'
import type { Attributes, WasmOperations } from './operation.js'

type Pair = readonly [number, number]

/** Weights [to, from] of the pixels of a row of `from` in one of `to`, after the formulas of `engine/kernels/resize`. */
function weights(from: number, to: number, nearest: boolean, attributes: Attributes): Tensor {
  const { align_corners: corners, half_pixel_centers: half } = attributes
  const scale = corners && to > 1 ? (from - 1) / (to - 1) : from / to
  const matrix = new Float32Array(to * from)
  for (let i = 0; i < to; i++) {
    const centre = half ? Math.max(0, (i + 0.5) * scale - 0.5) : i * scale
    const low = Math.min(nearest && corners ? Math.round(centre) : Math.floor(centre), from - 1)
    const share = nearest ? 0 : centre - low
    matrix[i * from + low]! += 1 - share
    matrix[i * from + Math.min(low + 1, from - 1)]! += share
  }
  return tf.tensor2d(matrix, [to, from])
}

/** Rows and columns of x [n, h, w, c] mixed: row i of the result is Σⱼ rows[i, j]·row j of x. */
function mixed(x: Tensor, rows: Tensor, columns: Tensor): Tensor {
  const along = (matrix: Tensor, x: Tensor) => {
    const product = tf.matMul(matrix as never, tf.reshape(x, [x.shape[0]!, -1])) as Tensor
    return tf.reshape(product, [matrix.shape[0]!, ...x.shape.slice(1)])
  }
  const turned = along(rows, tf.transpose(x, [1, 2, 0, 3]))
  return tf.transpose(along(columns, tf.transpose(turned, [1, 0, 2, 3])), [2, 1, 0, 3])
}

const middle = (shape: readonly number[]) => [shape[1]!, shape[2]!] as const

/** A resampling and its gradient are products with a matrix for the rows and one for the columns. */
function resampled(nearest: boolean, attributes: Attributes, x: Tensor, [h, w]: Pair): Tensor {
  const [rows, columns] = middle(x.shape)
  return mixed(x, weights(rows, h, nearest, attributes), weights(columns, w, nearest, attributes))
}

function gradient(nearest: boolean, attributes: Attributes, dy: Tensor, [h, w]: Pair): Tensor {
  const [rows, columns] = middle(dy.shape)
  const [vertical, horizontal] = [
    weights(h, rows, nearest, attributes),
    weights(w, columns, nearest, attributes),
  ]
  return mixed(dy, tf.transpose(vertical), tf.transpose(horizontal))
}

const pair = (tensor: Tensor) => [...tensor.dataSync()] as unknown as Pair

export const resizes: WasmOperations = {
  ResizeNearestNeighbor: (attributes, [x, size]) => [resampled(true, attributes, x!, pair(size!))],
  ResizeNearestNeighborGrad: (attributes, [dy, size]) => [gradient(true, attributes, dy!, pair(size!))],
  ResizeBilinear: (attributes, [x, size]) => [resampled(false, attributes, x!, pair(size!))],
  ResizeBilinearGrad: (attributes, [dy, x]) => [gradient(false, attributes, dy!, middle(x!.shape))],
}
