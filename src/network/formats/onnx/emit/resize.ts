import type { Resize } from '../../../network.js'
import { type Emitted, type Emitter, floatTensor, inner, integerTensor, node, type Scope } from './emitter.js'

/** Resize takes all four sizes; batch and channels are read from the input itself. */
export const emitResize: Emitter<Resize> = (layer, scope) => {
  if (layer.mode === 'midpoint') return emitMidpoint(layer, scope)
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

/** Twice the size with row i at i / 2, which is exact; the last row and column go where the size is odd. */
function emitMidpoint({ size }: Resize, scope: Scope): Emitted {
  const [height, width] = scope.inputShapes[0]!
  const scales = floatTensor('constant:twice', [4], Float32Array.of(1, 1, 2, 2))
  const inputs = [...scope.inputs, '', scales.name]
  const attributes = {
    coordinate_transformation_mode: { string: 'asymmetric' },
    mode: { string: 'linear' },
  }
  if (size[0] === 2 * height! && size[1] === 2 * width!)
    return { nodes: [node(scope, 'Resize', inputs, attributes)], tensors: [scales] }
  const ranges = [[0, 0], size, [2, 3]].map(integerTensor)
  return {
    nodes: [
      node(scope, 'Resize', inputs, attributes, 'doubled'),
      node(scope, 'Slice', [inner(scope, 'doubled'), ...ranges.map(({ name }) => name)]),
    ],
    tensors: [scales, ...ranges],
  }
}
