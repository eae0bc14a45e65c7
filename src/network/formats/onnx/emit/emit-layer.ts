import type { Layer, LayerOf, LayerType } from '../../../network.js'
import { emitActivation } from './activation.js'
import { emitBatchNorm } from './batch-norm.js'
import { emitConv } from './conv.js'
import { emitDense } from './dense.js'
import type { Emitted, Emitter, Scope } from './emitter.js'
import { emitDropout, emitSoftmax } from './head.js'
import { emitAdd, emitConcat, emitMultiply } from './merge.js'
import { emitGlobalAveragePool, emitPool, emitSubsample } from './pooling.js'
import { emitFlatten, emitPadChannels } from './reshape.js'

const emitters: { readonly [T in LayerType]: Emitter<LayerOf<T>> } = {
  conv: emitConv,
  batchNorm: emitBatchNorm,
  activation: emitActivation,
  add: emitAdd,
  multiply: emitMultiply,
  concat: emitConcat,
  pool: emitPool,
  globalAveragePool: emitGlobalAveragePool,
  subsample: emitSubsample,
  padChannels: emitPadChannels,
  flatten: emitFlatten,
  dense: emitDense,
  dropout: emitDropout,
  softmax: emitSoftmax,
}

/** The ONNX nodes of any layer. */
export const emitLayer = (layer: Layer, scope: Scope): Emitted =>
  (emitters[layer.type] as Emitter<Layer>)(layer, scope)
