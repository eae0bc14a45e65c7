import type { Layer, LayerOf, LayerType } from '../../../network.js'
import { emitActivation } from './activation.js'
import { emitBatchNorm } from './batch-norm.js'
import { emitConv } from './conv.js'
import { emitDense } from './dense.js'
import type { Emitted, Emitter, Scope } from './emitter.js'
import { emitDropout, emitSoftmax } from './head.js'
import { emitLayerNorm } from './layer-norm.js'
import { emitAdd, emitConcat, emitMultiply } from './merge.js'
import { emitGlobalAveragePool, emitPad, emitPool, emitSubsample } from './pooling.js'
import { emitQuantize } from './quantize.js'
import { emitChannelShuffle, emitFlatten, emitPadChannels, emitSliceChannels } from './reshape.js'
import { emitResize } from './resize.js'
import { emitScale } from './scale.js'

const emitters: { readonly [T in LayerType]: Emitter<LayerOf<T>> } = {
  conv: emitConv,
  batchNorm: emitBatchNorm,
  layerNorm: emitLayerNorm,
  scale: emitScale,
  activation: emitActivation,
  add: emitAdd,
  multiply: emitMultiply,
  concat: emitConcat,
  pad: emitPad,
  pool: emitPool,
  globalAveragePool: emitGlobalAveragePool,
  subsample: emitSubsample,
  resize: emitResize,
  sliceChannels: emitSliceChannels,
  channelShuffle: emitChannelShuffle,
  padChannels: emitPadChannels,
  quantize: emitQuantize,
  flatten: emitFlatten,
  dense: emitDense,
  dropout: emitDropout,
  softmax: emitSoftmax,
}

/** The ONNX nodes of any layer. */
export const emitLayer = (layer: Layer, scope: Scope): Emitted =>
  (emitters[layer.type] as Emitter<Layer>)(layer, scope)
