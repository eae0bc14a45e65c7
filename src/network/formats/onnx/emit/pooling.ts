import type { GlobalAveragePool, Pad, Pool, Subsample } from '../../../network.js'
import { type Emitter, inner, integerTensor, node } from './emitter.js'

export const emitPad: Emitter<Pad> = (layer, scope) => {
  const [top, bottom, left, right] = layer.padding
  const pads = integerTensor([0, 0, top, left, 0, 0, bottom, right])
  return { nodes: [node(scope, 'Pad', [...scope.inputs, pads.name])], tensors: [pads] }
}

export const emitPool: Emitter<Pool> = (layer, scope) => {
  const [top, bottom, left, right] = layer.padding
  const attributes = {
    kernel_shape: { ints: layer.kernel },
    pads: { ints: [top, left, bottom, right] },
    strides: { ints: layer.strides },
  }
  return {
    nodes: [
      layer.function === 'max'
        ? node(scope, 'MaxPool', scope.inputs, attributes)
        : node(scope, 'AveragePool', scope.inputs, {
            count_include_pad: { int: Number(layer.includePadding) },
            ...attributes,
          }),
    ],
  }
}

export const emitGlobalAveragePool: Emitter<GlobalAveragePool> = (layer, scope) => ({
  nodes: layer.keepSpatial
    ? [node(scope, 'GlobalAveragePool', scope.inputs)]
    : [
        node(scope, 'GlobalAveragePool', scope.inputs, {}, 'map'),
        node(scope, 'Flatten', [inner(scope, 'map')], { axis: { int: 1 } }),
      ],
})

export const emitSubsample: Emitter<Subsample> = (layer, scope) => {
  const [height, width] = scope.inputShapes[0]!
  const tensors = [[0, 0], [height!, width!], [2, 3], layer.strides].map(integerTensor)
  return {
    nodes: [node(scope, 'Slice', [...scope.inputs, ...tensors.map(tensor => tensor.name)])],
    tensors,
  }
}
