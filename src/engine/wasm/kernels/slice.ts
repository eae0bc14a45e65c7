import { tf } from '../../tensorflow.js'
import { copyBlock, layoutOf, unwritten } from '../heap.js'
import { kernel, original } from '../kernel.js'

/** The backend's own slice copies the whole tensor first; this one copies what is asked for. */
export function slice() {
  const own = original('Slice')
  return kernel('Slice', call => {
    const x = call.inputs['x']!
    if (x.dtype !== 'float32' && x.dtype !== 'int32') return own(call)
    const { begin, size } = call.attrs as Record<'begin' | 'size', number[]>
    const [first, shape] = tf.slice_util.parseSliceParams(x, begin, size) as [number[], number[]]
    const y = unwritten(shape, x.dtype)
    if (y.size > 0) copyBlock(layoutOf(x, first), layoutOf(y), shape)
    return y
  })
}
