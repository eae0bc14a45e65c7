import { type Tensor, tf } from '../engine/index.js'

/** The axes of a kernel over which a filter extends: all but the last. */
export const perFilter = ({ rank }: Tensor): number[] => Array.from({ length: rank - 1 }, (_, axis) => axis)

/** ‖·‖₂ of every filter: [filters]. Its gradient is r / ‖r‖, and 0 where the filter is. */
export const filterNorms = (r: Tensor): Tensor =>
  tf.customGrad((r, save) => {
    const norms = tf.sqrt(tf.sum(tf.square(r as Tensor), perFilter(r as Tensor))) as Tensor
    ;(save as (t: Tensor[]) => void)([r as Tensor, norms])
    return {
      value: norms,
      gradFunc: (dy: Tensor, [r, norms]: Tensor[]) =>
        tf.mul(r!, tf.div(dy, tf.maximum(norms!, 1e-30))) as Tensor,
    }
  })(r)
