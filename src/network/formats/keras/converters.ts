import type { Converter } from './conversion.js'
import { activation, dropout, leakyReLU, reLU, softmax } from './convert/activation.js'
import { conv2d, dense, depthwiseConv2d, separableConv2d } from './convert/convolution.js'
import { add, concatenate, multiply } from './convert/merge.js'
import { batchNormalization, layerNormalization, normalization, rescaling } from './convert/normalization.js'
import {
  averagePooling2d,
  globalAveragePooling2d,
  globalMaxPooling2d,
  maxPooling2d,
} from './convert/pooling.js'
import { flatten, reshape, upSampling2d, zeroPadding2d } from './convert/shape.js'

/** How each class of Keras layers is read. */
export const converters: ReadonlyMap<string, Converter> = new Map(
  Object.entries({
    Activation: activation,
    Add: add,
    AveragePooling2D: averagePooling2d,
    BatchNormalization: batchNormalization,
    BatchNormalizationV1: batchNormalization,
    Concatenate: concatenate,
    Conv2D: conv2d,
    Dense: dense,
    DepthwiseConv2D: depthwiseConv2d,
    Dropout: dropout,
    Flatten: flatten,
    GlobalAveragePooling2D: globalAveragePooling2d,
    GlobalMaxPooling2D: globalMaxPooling2d,
    LayerNormalization: layerNormalization,
    LeakyReLU: leakyReLU,
    MaxPooling2D: maxPooling2d,
    Multiply: multiply,
    Normalization: normalization,
    ReLU: reLU,
    Rescaling: rescaling,
    Reshape: reshape,
    SeparableConv2D: separableConv2d,
    Softmax: softmax,
    UpSampling2D: upSampling2d,
    ZeroPadding2D: zeroPadding2d,
  }),
)
