import type { Layer, LayerOf, LayerType } from '../network.js'
import { activation } from './activation.js'
import { batchNorm } from './batch-norm.js'
import { conv } from './conv.js'
import { type LayerDefinition, layerError } from './definition.js'
import { dense } from './dense.js'
import { dropout, softmax } from './head.js'
import { layerNorm } from './layer-norm.js'
import { add, concat, multiply } from './merge.js'
import { globalAveragePool, pad, pool, resize, subsample } from './pooling.js'
import { quantize } from './quantize.js'
import { channelShuffle, flatten, padChannels, sliceChannels } from './reshape.js'
import { scale } from './scale.js'

const definitions: { readonly [T in LayerType]: LayerDefinition<LayerOf<T>> } = {
  conv,
  batchNorm,
  layerNorm,
  scale,
  activation,
  add,
  multiply,
  concat,
  pad,
  pool,
  globalAveragePool,
  subsample,
  resize,
  sliceChannels,
  channelShuffle,
  padChannels,
  quantize,
  flatten,
  dense,
  dropout,
  softmax,
}

/** Every layer type, in the order of the contract. */
export const LAYER_TYPES = Object.freeze(Object.keys(definitions)) as readonly LayerType[]

/** The definition of the layer's type. Throws NetworkError for a type that Tandem does not know. */
export function layerDefinition<L extends Layer>(layer: L): LayerDefinition<L> {
  if (!Object.hasOwn(definitions, layer.type))
    throw layerError(layer, `unknown layer type; Tandem knows ${LAYER_TYPES.join(', ')}`)
  return definitions[layer.type] as unknown as LayerDefinition<L>
}
