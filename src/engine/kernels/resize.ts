import { attribute, FLOAT, operation } from '../op.js'
import { tf } from '../tensorflow.js'
import type { Tensor } from '../types.js'

export interface ResizeOptions {
  readonly size: readonly [number, number]
  readonly mode: 'nearest' | 'bilinear'
  readonly alignCorners: boolean
}

/**
 * Resampling of height and width. x: [n, h, w, c]; result: [n, size[0], size[1], c]. Row i of the output stands at
 * i·h/h' of the input (nearest, rounded down), (i + ½)·h/h' − ½ (bilinear) or i·(h − 1)/(h' − 1) (aligned corners).
 */
export function resize(x: Tensor, { size, mode, alignCorners }: ResizeOptions): Tensor {
  const nearest = mode === 'nearest'
  const attributes = [
    FLOAT,
    attribute.bool('align_corners', alignCorners),
    attribute.bool('half_pixel_centers', !nearest && !alignCorners),
  ]
  return tf.customGrad((x, save) => {
    const [, height, width] = (x as Tensor).shape as [number, number, number]
    ;(save as (t: Tensor[]) => void)(nearest ? [] : [x as Tensor])
    return {
      value: operation(nearest ? 'ResizeNearestNeighbor' : 'ResizeBilinear', attributes, [
        x as Tensor,
        tf.tensor1d([...size], 'int32'),
      ]),
      gradFunc: (dy: Tensor, saved: Tensor[]) =>
        nearest
          ? operation('ResizeNearestNeighborGrad', attributes, [dy, tf.tensor1d([height, width], 'int32')])
          : operation('ResizeBilinearGrad', attributes, [dy, saved[0]!]),
    }
  })(x)
}
