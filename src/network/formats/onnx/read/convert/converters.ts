import { scalarOf, shortest } from '../constant.js'
import { float, int } from '../node.js'
import { NORMALIZE_AXIS } from '../patterns/layer-norm.js'
import { ROUND_TO_STEPS } from '../patterns/round-to-steps.js'
import { SIGN_OR_ONE } from '../patterns/sign.js'
import { type Converter, layer, optional, signal } from '../scope.js'
import { typeOfData } from '../tensor.js'
import { refuse } from '../unsupported.js'
import { activationConverters } from './activation.js'
import { arithmeticConverters } from './arithmetic.js'
import { channelConverters } from './channels.js'
import { conv } from './conv.js'
import { gemm, matMul } from './dense.js'
import { batchNorm, layerNorm } from './normalization.js'
import { pad } from './pad.js'
import { poolingConverters } from './pooling.js'
import { dequantize, quantize, roundToSteps, signOrOne } from './quantize.js'
import { resize } from './resize.js'
import { shapeConverters } from './shape.js'

const dropout: Converter = scope => {
  const rate = scalarOf(optional(scope, 1, 'ratio')) ?? float(scope.node, 'ratio', 0.5)
  const x = signal(scope)
  return rate === 0 ? x : { ...x, ...layer(scope, 'dropout', [x], { rate: shortest(rate) }) }
}

/** Between kinds of floating point, which Tandem does not tell apart. */
const cast: Converter = scope => {
  const to = int(scope.node, 'to', 0)
  return typeOfData(to) === 'float'
    ? signal(scope)
    : refuse(`casts to ONNX data type ${to}, which is not floating point`)
}

/** What becomes of each operator whose input depends on the network's. */
export const converters: Readonly<Record<string, Converter>> = {
  ...activationConverters,
  ...arithmeticConverters,
  ...channelConverters,
  ...poolingConverters,
  ...shapeConverters,
  BatchNormalization: batchNorm,
  Cast: cast,
  Conv: conv,
  DequantizeLinear: dequantize,
  Dropout: dropout,
  Gemm: gemm,
  Identity: scope => signal(scope),
  LayerNormalization: layerNorm,
  [NORMALIZE_AXIS]: layerNorm,
  MatMul: matMul,
  Pad: pad,
  QuantizeLinear: quantize,
  Resize: resize,
  [ROUND_TO_STEPS]: roundToSteps,
  [SIGN_OR_ONE]: signOrOne,
  Upsample: resize,
}
