import {
  addWeightDecay,
  applyGradients,
  batchFeeds,
  execute,
  gradients,
  type LabelledImages,
  type Model,
  type Optimizer,
  paceOf,
  positionFeeds,
  readAll,
  type StepPosition,
  softmaxCrossEntropy,
  type Tensor,
  tf,
  withTensors,
} from '../engine/index.js'
import { prepare, roundByBatch, schemes } from '../quantize/index.js'
import {
  type Architecture,
  decode,
  drawnArchitectures,
  inheritedWeight,
  largest,
  type Space,
  smallest,
} from '../search/index.js'
import type { Scheme } from './scheme.js'
import type { TunePlan } from './supernet-source.js'

/** Shared weights in training for one scheme. */
export interface Tuner {
  readonly space: Space
  readonly scheme: Scheme
  /** Of the largest network, whose weights all share. */
  readonly model: Model
  readonly optimizer: Optimizer
}

/**
 * A step of quantization-aware one-shot training, by the sandwich rule: the gradients of the largest, the smallest and some
 * random architectures on one batch, each decoded, its weights cut from the shared ones and rounded as the scheme does, straight
 * through to the shared ones; ½·wd·‖w‖² once, one update. Returns the mean cross-entropy of the architectures before it.
 */
export function takeTuneStep(
  tuner: Tuner,
  batch: LabelledImages,
  position: StepPosition,
  { random, weightDecay, labelSmoothing }: Pick<TunePlan, 'random' | 'weightDecay' | 'labelSmoothing'>,
): number {
  const { space, model, optimizer } = tuner
  const { trainable } = model
  const architectures = [largest(space), smallest(space), ...drawnArchitectures(tuner, position, random)]
  return withTensors(() => {
    const { learningRate, seed, step } = positionFeeds(position)
    const values = readAll(model.variables)
    const feeds = { ...batchFeeds(model, batch), seed, step }
    const losses: number[] = []
    let sum: readonly Tensor[] | undefined
    for (const architecture of architectures) {
      const { value, gradients: own } = gradients(
        () => softmaxCrossEntropy(logitsOf(tuner, architecture, values, feeds), feeds.labels, labelSmoothing),
        trainable.map(({ name }) => values.get(name)!),
      )
      losses.push(value.dataSync()[0]!)
      sum = sum ? sum.map((total, i) => tf.add(total, own[i]!)) : own
    }
    const decayed = addWeightDecay(sum!, trainable, values, model.kernels, weightDecay)
    applyGradients(optimizer, trainable, decayed, paceOf(learningRate, step))
    return losses.reduce((total, loss) => total + loss, 0) / losses.length
  })
}

function logitsOf(
  { space, scheme }: Tuner,
  architecture: Architecture,
  values: ReadonlyMap<string, Tensor>,
  { images, seed, step }: { readonly images: Tensor; readonly seed: Tensor; readonly step: Tensor },
): Tensor {
  const network = decode(space, architecture)
  const weight = inheritedWeight(space, network, name => values.get(name)!)
  // The running statistics of weights that many networks share are those of none.
  const training = { seed, step, update: () => {} }
  if (scheme === 'float32') return execute(network, images, { weight, training })
  const prepared = prepare(network, schemes[scheme])
  return execute(prepared.network, images, { ...roundByBatch(prepared, images, weight), training })
}
