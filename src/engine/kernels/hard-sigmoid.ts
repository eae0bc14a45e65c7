import { FLOAT, operation } from '../op.js'
import { tf } from '../tensorflow.js'
import type { Tensor } from '../types.js'
import { relu6 } from './relu.js'

/** A product, since a division by a constant has other bits in a compiled step (`mean` says why). */
const sixth = (x: Tensor): Tensor => tf.mul(x, 1 / 6)

/** The derivative of min(max(moved, 0), 6) / 6. */
const slope = (moved: Tensor): Tensor => operation('Relu6Grad', [FLOAT], [tf.fill(moved.shape, 1 / 6), moved])

/** min(max(x + 3, 0), 6) / 6 */
export const hardSigmoid = (x: Tensor): Tensor =>
  tf.customGrad((x, save) => {
    const moved = tf.add(x as Tensor, 3) as Tensor
    ;(save as (t: Tensor[]) => void)([moved])
    return {
      value: sixth(relu6(moved)),
      gradFunc: (dy: Tensor, [moved]: Tensor[]) => tf.mul(dy, slope(moved!)) as Tensor,
    }
  })(x)

/** x·hardSigmoid(x); its derivative is hardSigmoid(x) + x/6 where −3 < x < 3. */
export const hardSwish = (x: Tensor): Tensor =>
  tf.customGrad((x, save) => {
    const moved = tf.add(x as Tensor, 3) as Tensor
    const share = sixth(relu6(moved))
    ;(save as (t: Tensor[]) => void)([x as Tensor, moved, share])
    return {
      value: tf.mul(x as Tensor, share),
      gradFunc: (dy: Tensor, [x, moved, share]: Tensor[]) =>
        tf.mul(dy, tf.add(share!, tf.mul(x!, slope(moved!)))) as Tensor,
    }
  })(x)
