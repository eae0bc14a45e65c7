import type { Resize } from '../../../network.js'
import { type Emitter, inner, integerTensor, node } from './emitter.js'

/** Resize takes all four sizes; batch and channels are read from the input itself. */
export const emitResize: Emitter<Resize> = (layer, scope) => {
  const size = integerTensor(layer.size)
  const coordinates =
    layer.mode === 'nearest' ? 'asymmetric' : layer.alignCorners ? 'align_corners' : 'half_pixel'
  return {
    nodes: [
      node(scope, 'Shape', scope.inputs, { start: { int: 0 }, end: { int: 2 } }, 'kept'),
      node(scope, 'Concat', [inner(scope, 'kept'), size.name], { axis: { int: 0 } }, 'sizes'),
      node(scope, 'Resize', [...scope.inputs, '', '', inner(scope, 'sizes')], {
        coordinate_transformation_mode: { string: coordinates },
        mode: { string: layer.mode === 'nearest' ? 'nearest' : 'linear' },
        ...(layer.mode === 'nearest' && { nearest_mode: { string: 'floor' } }),
      }),
    ],
    tensors: [size],
  }
}
