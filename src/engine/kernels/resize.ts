import type { Resize } from '../../network/index.js'
import { attribute, FLOAT, operation } from '../op.js'
import { tf } from '../tensorflow.js'
import type { Tensor } from '../types.js'

export type ResizeOptions = Pick<Resize, 'size' | 'mode' | 'alignCorners'>

/**
 * Resampling of height and width. x: [n, h, w, c]; result: [n, size[0], size[1], c]. Row i of the output stands at
 * i·h/h' of the input (nearest, rounded down), (i + ½)·h/h' − ½ (bilinear), i·(h − 1)/(h' − 1) (aligned corners) or
 * i/2 (midpoint), no further than the last row.
 */
export function resize(x: Tensor, { size, mode, alignCorners }: ResizeOptions): Tensor {
  if (mode !== 'midpoint') return resampled(x, { size, mode, alignCorners })
  const [n, h, w, c] = x.shape as [number, number, number, number]
  const doubled = resampled(x, { size: [2 * h, 2 * w], mode, alignCorners })
  const whole = size[0] === 2 * h && size[1] === 2 * w
  return whole ? doubled : tf.slice(doubled, [0, 0, 0, 0], [n, ...size, c])
}

/** One operation of TensorFlow's; with neither attribute row i stands at i·h/h'. */
function resampled(x: Tensor, { size, mode, alignCorners }: ResizeOptions): Tensor {
  const nearest = mode === 'nearest'
  const attributes = [
    FLOAT,
    attribute.bool('align_corners', alignCorners),
    attribute.bool('half_pixel_centers', mode === 'bilinear' && !alignCorners),
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
