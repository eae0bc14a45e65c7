import { tf } from '../../tensorflow.js'
import type { Tensor } from '../../types.js'
import { view } from '../heap.js'
import { kernel } from '../kernel.js'

/** Gradient of a max pool: all of it goes to the first of the largest values of a window. The backend's own is wrong. */
export const maxPoolGradient = kernel('MaxPoolGrad', ({ inputs: { dy, input: x }, attrs }) => {
  const { filterSize, strides, pad, dimRoundingMode } = attrs as Record<string, never>
  const window = tf.backend_util.computePool2DInfo(
    x!.shape as never,
    filterSize!,
    strides!,
    1,
    pad!,
    dimRoundingMode,
  )
  const dx = tf.zerosLike(x!)
  route(x!, dy!, dx, window)
  return dx
})

function route(
  x: Tensor,
  dy: Tensor,
  dx: Tensor,
  window: ReturnType<typeof tf.backend_util.computePool2DInfo>,
): void {
  const { batchSize, inHeight, inWidth, inChannels: channels, outHeight, outWidth, padInfo } = window
  const [values, from, to] = [view(x), view(dy), view(dx)]
  let at = 0
  for (let n = 0; n < batchSize; n++)
    for (let y = 0; y < outHeight; y++)
      for (let z = 0; z < outWidth; z++) {
        const [top, left] = [y * window.strideHeight - padInfo.top, z * window.strideWidth - padInfo.left]
        const [firstRow, firstColumn] = [Math.max(0, top), Math.max(0, left)]
        const lastRow = Math.min(inHeight, top + window.filterHeight)
        const lastColumn = Math.min(inWidth, left + window.filterWidth)
        for (let c = 0; c < channels; c++, at++) {
          let best = -1
          for (let row = firstRow; row < lastRow; row++)
            for (let column = firstColumn; column < lastColumn; column++) {
              const pixel = ((n * inHeight + row) * inWidth + column) * channels + c
              if (best < 0 || values[pixel]! > values[best]!) best = pixel
            }
          to[best]! += from[at]!
        }
      }
}
