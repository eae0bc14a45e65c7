import { attribute, FLOAT, operation } from '../op.js'
import { backend, tf } from '../tensorflow.js'
import type { Tensor } from '../types.js'

/** Kernel columns up to which oneDNN has a vectorised filter gradient; beyond, it is ten times slower. */
const FAST_COLUMNS = 3

/** First row or column, and how many. */
type Range = readonly [number, number]

/** Whether a gradient is to be put together here: wasm has a way of its own. */
export const isWide = (filterShape: readonly number[]): boolean =>
  backend.name === 'native' && filterShape[1]! > FAST_COLUMNS

/**
 * Gradient of a depthwise convolution in a filter wider than three columns: [kh, kw, c, 1]. It is put together from
 * gradients of filters [kh, 3, c, 1], each over the part of x that its columns see; together five times faster
 * than the one operation. x: [n, h, w, c], around which the convolution put `padding` zeros; dy: [n, h', w', c].
 */
export function wideDepthwiseFilterGradient(
  x: Tensor,
  [kh, kw, c, one]: readonly [number, number, number, number],
  dy: Tensor,
  {
    strides: [sh, sw],
    padding: [top, , left],
  }: { strides: readonly [number, number]; padding: readonly number[] },
): Tensor {
  return tf.tidy(() => {
    const attributes = [
      FLOAT,
      attribute.ints('strides', [1, sh, sw, 1]),
      attribute.string('padding', 'VALID'),
      attribute.string('data_format', 'NHWC'),
      attribute.ints('dilations', [1, 1, 1, 1]),
    ]
    const size = tf.tensor1d([kh, FAST_COLUMNS, c, one], 'int32')
    const [, rows, columns] = dy.shape as [number, number, number]
    const seen = (start: number, count: number, stride: number, width: number): Range => [
      start,
      (count - 1) * stride + width,
    ]
    const parts: Tensor[] = []
    for (let done = 0; done < kw; ) {
      // The last part overlaps the one before: three columns are no slower than two.
      const from = Math.min(done, kw - FAST_COLUMNS)
      const part = window(x, seen(-top!, rows, sh, kh), seen(from - left!, columns, sw, FAST_COLUMNS))
      const gradient = operation('DepthwiseConv2dNativeBackpropFilter', attributes, [part, size, dy])
      parts.push(from === done ? gradient : tf.slice(gradient, [0, done - from, 0, 0]))
      done = from + FAST_COLUMNS
    }
    return tf.concat(parts, 1)
  })
}

/** Rows and columns of x [n, h, w, c], zeros where they lie outside. */
function window(x: Tensor, rows: Range, columns: Range): Tensor {
  const [n, h, w, c] = x.shape as [number, number, number, number]
  const outside = ([start, length]: Range, size: number): [number, number] => [
    Math.max(0, -start),
    Math.max(0, start + length - size),
  ]
  const [vertical, horizontal] = [outside(rows, h), outside(columns, w)]
  const padded = [...vertical, ...horizontal].some(pixels => pixels > 0)
    ? tf.pad(x, [[0, 0], vertical, horizontal, [0, 0]])
    : x
  const [top, left] = [Math.max(0, rows[0]), Math.max(0, columns[0])]
  const whole = padded.shape[1] === rows[1] && padded.shape[2] === columns[1]
  return whole ? padded : tf.slice(padded, [0, top, left, 0], [n, rows[1], columns[1], c])
}
