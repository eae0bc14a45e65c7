export { choosePrecision, hasBfloat16, type PrecisionChoice } from './choose-precision.js'
export { type CompileOptions, compile, eager, type Precision } from './compile/compile.js'
export { CompileError } from './compile/compile-error.js'
export { countSessions } from './compile/graph-session.js'
export type { Program, Step, Tensors } from './compile/step.js'
export { type Evaluation, evaluate, evaluateWith, evaluationStep } from './evaluate.js'
export { type Execution, execute, predict, type TrainingMode } from './execute.js'
export { gradients } from './gradients.js'
export { type BatchNormOptions, batchNormInference, batchNormTraining } from './kernels/batch-norm.js'
export { channelShuffle } from './kernels/channel-shuffle.js'
export { type ConvolutionOptions, conv2d, depthwiseConv2d } from './kernels/convolution.js'
export { softmaxCrossEntropy } from './kernels/cross-entropy.js'
export { dropout } from './kernels/dropout.js'
export { gelu } from './kernels/gelu.js'
export { hardSigmoid, hardSwish } from './kernels/hard-sigmoid.js'
export { indicator } from './kernels/indicator.js'
export { layerNorm } from './kernels/layer-norm.js'
export { mean } from './kernels/mean.js'
export { averagePool, maxPool, type PoolOptions } from './kernels/pool.js'
export { quantize, sign } from './kernels/quantize.js'
export { leakyRelu, relu, relu6 } from './kernels/relu.js'
export { type ResizeOptions, resize } from './kernels/resize.js'
export { softmax } from './kernels/softmax.js'
export { type Draw, statelessUniform } from './kernels/stateless-uniform.js'
export { subsample } from './kernels/subsample.js'
export { estimateMemory } from './memory.js'
export { createModel, disposeModel, type Model, networkOf, readVariables } from './model.js'
export {
  applyGradients,
  createOptimizer,
  disposeOptimizer,
  type Optimizer,
  type OptimizerOptions,
  optimizerVariables,
} from './optimizers/optimizer.js'
export { tf } from './tensorflow.js'
export {
  addWeightDecay,
  batchFeeds,
  countRight,
  type LabelledImages,
  paceOf,
  positionFeeds,
  type Replace,
  readAll,
  type StepPosition,
  type TrainStepOptions,
  type TrainStepResult,
  takeStep,
  trainStep,
  withTensors,
} from './train-step.js'
export {
  disposeTraining,
  learningRateAt,
  type PackedTraining,
  packTraining,
  refuseDivergence,
  restoreOptimizer,
  type StepSchedule,
  startTraining,
  type Training,
  type TrainingPlan,
  trainingStep,
  unpackTraining,
} from './training.js'
export type { Tensor } from './types.js'
export { createVariable, update, type Variable } from './variable.js'
