import { attribute, FLOAT, operation } from '../op.js'
import { tf } from '../tensorflow.js'
import type { Tensor } from '../types.js'

type Attributes = Parameters<typeof operation>[1]

/** An activation whose gradient is one operation on (dy, y or x). */
const activation = (name: string, attributes: Attributes = [FLOAT]) =>
  function apply(x: Tensor): Tensor {
    return tf.customGrad((x, save) => {
      const y = operation(name, attributes, [x as Tensor])
      ;(save as (t: Tensor[]) => void)([x as Tensor])
      return {
        value: y,
        gradFunc: (dy: Tensor, saved: Tensor[]) => operation(`${name}Grad`, attributes, [dy, saved[0]!]),
      }
    })(x)
  }

/** max(x, 0) */
export const relu = activation('Relu')

/** min(max(x, 0), 6) */
export const relu6 = activation('Relu6')

/** x where x > 0, slope·x elsewhere. */
export const leakyRelu = (x: Tensor, slope: number): Tensor =>
  activation('LeakyRelu', [FLOAT, attribute.float('alpha', slope)])(x)
