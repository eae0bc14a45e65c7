import { tf } from '../../tensorflow.js'
import { kernel, original } from '../kernel.js'

/** The backend's own product is ten times slower where it transposes, so this one transposes first. */
export function matrixProduct() {
  const own = original('BatchMatMul')
  return kernel('BatchMatMul', ({ inputs: { a, b }, attrs }) => {
    const turned = (matrix: typeof a, transpose: unknown) => {
      const axes = matrix!.shape.map((_, axis) => axis)
      return transpose ? tf.transpose(matrix!, [...axes.slice(0, -2), axes.at(-1)!, axes.at(-2)!]) : matrix!
    }
    const inputs = { a: turned(a, attrs['transposeA']), b: turned(b, attrs['transposeB']) }
    return own({ inputs, attrs: { transposeA: false, transposeB: false } })
  })
}
