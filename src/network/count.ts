import { inferShapes, inputShapes } from './infer-shapes.js'
import { layerDefinition } from './layers/layer-definition.js'
import type { LayerType, Network } from './network.js'

export interface LayerCount {
  readonly name: string
  readonly type: LayerType
  readonly macs: number
  /** Trained values of this layer; for a batch normalization its gamma and beta. */
  readonly params: number
}

export interface Count {
  /** Multiply–accumulates of convolutions and dense layers, for one example. */
  readonly macs: number
  /** Trained values without batch normalization. */
  readonly params: number
  /** Gammas and betas. */
  readonly batchNormParams: number
  readonly layers: readonly LayerCount[]
}

/**
 * Counts operations and parameters by structure alone; needs no weights.
 * A convolution is out height · out width · filters · kh · kw · in / groups, a dense layer in · units;
 * biases, batch normalization, activations, pooling, resizing and additions are not counted as MACs.
 */
export function count(network: Pick<Network, 'input' | 'layers'>): Count {
  const shapes = inferShapes(network)
  const layers = network.layers.map((layer): LayerCount => {
    const definition = layerDefinition(layer)
    const inputs = inputShapes(layer, shapes)
    const params = definition
      .weights(layer, inputs)
      .filter(weight => weight.trainable)
      .reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0)
    return {
      name: layer.name,
      type: layer.type,
      macs: definition.macs(layer, inputs, shapes.get(layer.name)!),
      params,
    }
  })
  const sum = (figure: 'macs' | 'params', of: (layer: LayerCount) => boolean) =>
    layers.filter(of).reduce((total, layer) => total + layer[figure], 0)
  return {
    macs: sum('macs', () => true),
    params: sum('params', layer => layer.type !== 'batchNorm'),
    batchNormParams: sum('params', layer => layer.type === 'batchNorm'),
    layers,
  }
}
