export { type ConvBlockOptions, convBlock } from './builders/conv-block.js'
export { legrnet50 } from './builders/legrnet50.js'
export { type MbconvOptions, mbconv } from './builders/mbconv.js'
export { type MobilenetV2Options, mobilenetV2 } from './builders/mobilenet-v2.js'
export { type Nasbench201Options, nasbench201 } from './builders/nasbench201.js'
export {
  formatNasbench201,
  liveEdges,
  NASBENCH201_EDGES,
  NASBENCH201_OPERATIONS,
  type Nasbench201Cell,
  type Nasbench201Operation,
  parseNasbench201,
} from './builders/nasbench201-cell.js'
export { type ResnetOptions, resnet } from './builders/resnet.js'
export { resnet50 } from './builders/resnet-imagenet.js'
export { type SqueezeExciteOptions, squeezeExcite } from './builders/squeeze-excite.js'
export { type VggOptions, vgg16 } from './builders/vgg.js'
export { type VggSmallOptions, vggSmall } from './builders/vgg-small.js'
export { type Count, count, type LayerCount } from './count.js'
export { createNetwork, type NetworkParts } from './create-network.js'
export { bytesToFloats, floatBytes } from './formats/bytes.js'
export { readKeras } from './formats/keras/read-keras.js'
export { type ReadOnnxOptions, readOnnx } from './formats/onnx/read-onnx.js'
export { writeOnnx } from './formats/onnx/write-onnx.js'
export { type Metadata, readSafetensors, type Tensors, writeSafetensors } from './formats/safetensors.js'
export { weightsOnto } from './formats/state-dict/weights-onto.js'
export { parseStructure, readStructure, structureJson } from './formats/structure.js'
export {
  type ActivationOptions,
  type BatchNormOptions,
  type ConvOptions,
  type Graph,
  graph,
  type PoolOptions,
  type ResizeOptions,
} from './graph.js'
export { inferShapes, inputShapes } from './infer-shapes.js'
export { initialize } from './initialize.js'
export { ACTIVATION_FUNCTIONS } from './layers/activation.js'
export type { LayerDefinition, LayerWeight, WeightKind } from './layers/definition.js'
export { LAYER_TYPES, layerDefinition } from './layers/layer-definition.js'
export type * from './network.js'
export { samePadding } from './same-padding.js'
export { type WeightSpec, weightSpecs } from './weight-specs.js'
