import type { GlobalAveragePool, Pool, Subsample } from '../../../network.js'
import { type Emitter, integerTensor, node } from './emitter.js'

export const emitPool: Emitter<Pool> = (layer, { inputs, output }) => {
  const [top, bottom, left, right] = layer.padding
  const attributes = {
    kernel_shape: { ints: layer.kernel },
    pads: { ints: [top, left, bottom, right] },
    strides: { ints: layer.strides },
  }
  return {
    nodes: [
      layer.function === 'max'
        ? node(layer, 'MaxPool', inputs, output, attributes)
        : node(layer, 'AveragePool', inputs, output, { count_include_pad: { int: 0 }, ...attributes }),
    ],
  }
}

export const emitGlobalAveragePool: Emitter<GlobalAveragePool> = (layer, { inputs, output, inner }) => ({
  nodes: layer.keepSpatial
    ? [node(layer, 'GlobalAveragePool', inputs, output)]
    : [
        node(layer, 'GlobalAveragePool', inputs, inner('map')),
        node(layer, 'Flatten', [inner('map')], output, { axis: { int: 1 } }),
      ],
})

export const emitSubsample: Emitter<Subsample> = (layer, { inputs, inputShapes, output }) => {
  const [height, width] = inputShapes[0]!
  const tensors = [[0, 0], [height!, width!], [2, 3], layer.strides].map(integerTensor)
  return {
    nodes: [node(layer, 'Slice', [...inputs, ...tensors.map(tensor => tensor.name)], output)],
    tensors,
  }
}
