import { type Tensor, tf } from '../engine/index.js'

/** f(x) with the gradient of x itself: the straight-through estimator for a function that is constant almost everywhere. */
export const straightThrough = (x: Tensor, f: (x: Tensor) => Tensor): Tensor =>
  tf.customGrad(x => ({
    value: f(x as Tensor),
    gradFunc: (dy: Tensor) => dy,
  }))(x)

/** f(x), of any shape, without a gradient. */
export const constant = (x: Tensor, f: (x: Tensor) => Tensor): Tensor =>
  tf.customGrad((x, save) => {
    ;(save as (t: Tensor[]) => void)([x as Tensor])
    return { value: f(x as Tensor), gradFunc: (_: Tensor, [x]: Tensor[]) => tf.zerosLike(x!) }
  })(x)
