import { attribute, FLOAT, operation } from '../op.js'
import { tf } from '../tensorflow.js'
import type { Tensor } from '../types.js'

/** Every sh-th row and sw-th column: [n, h, w, c] → [n, ⌈h / sh⌉, ⌈w / sw⌉, c]. */
export function subsample(x: Tensor, [sh, sw]: readonly [number, number]): Tensor {
  const attributes = [
    FLOAT,
    attribute.type('Index', 'TF_INT32'),
    ...['begin_mask', 'end_mask', 'ellipsis_mask', 'new_axis_mask', 'shrink_axis_mask'].map(name =>
      attribute.int(name, 0),
    ),
  ]
  return tf.customGrad(x => {
    const shape = (x as Tensor).shape
    const slice = [[0, 0, 0, 0], shape, [1, sh, sw, 1]].map(values => tf.tensor1d(values, 'int32'))
    return {
      value: operation('StridedSlice', attributes, [x as Tensor, ...slice]),
      gradFunc: (dy: Tensor) => {
        const slice = [shape, [0, 0, 0, 0], shape, [1, sh, sw, 1]].map(values => tf.tensor1d(values, 'int32'))
        return operation('StridedSliceGrad', attributes, [...slice, dy])
      },
    }
  })(x)
}
