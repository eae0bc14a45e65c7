import {
  addWeightDecay,
  applyGradients,
  batchFeeds,
  countRight,
  type Execution,
  execute,
  gradients,
  type LabelledImages,
  type Optimizer,
  type Program,
  paceOf,
  positionFeeds,
  readAll,
  type Step,
  type StepPosition,
  softmaxCrossEntropy,
  type Tensor,
  type Tensors,
  tf,
  withTensors,
} from '../../engine/index.js'
import type { Network } from '../../network/index.js'
import { random } from '../../random.js'
import { decode } from '../space/decode.js'
import { type Architecture, largest, randomArchitecture } from '../space/space-architectures.js'
import { gatedExecution, type Supernet } from '../supernet/supernet.js'
import { fedCuts, gateFeeds } from './architecture-gates.js'
import { inheritedWeight } from './inherit.js'

/** A supernet without thresholds: its architectures are given, not decided. */
export type OneShotSupernet = Pick<Supernet, 'space' | 'network' | 'model' | 'superkernels'>

export interface PassOptions {
  readonly labelSmoothing: number
}

/** The network that a pass runs, and how, from what is fed and the weights by name. */
type Cutting = (
  feeds: Tensors,
  value: (name: string) => Tensor,
) => { readonly network: Network; readonly execution: Execution }

/** Any architecture, by the gates that are fed (`gateFeeds`): costs what the largest network costs. */
const byGates =
  (supernet: OneShotSupernet): Cutting =>
  (feeds, value) => ({
    network: supernet.network,
    execution: gatedExecution(supernet, fedCuts(supernet, feeds, value), value),
  })

/** One architecture, decoded, with weights cut to its size. */
function byCutting({ space }: OneShotSupernet, architecture: Architecture): Cutting {
  const network = decode(space, architecture)
  return (_, value) => ({ network, execution: { weight: inheritedWeight(space, network, value) } })
}

/**
 * The gradients of one architecture on one batch, with the statistics of the batch in its batch norms; nothing is
 * updated. Feeds: `images`, `labels`, `seed`, `step`, what the cutting asks for, and `targets` [n, classes] in place
 * of the labels' own where there are soft ones. Outputs: `loss`, `logits` and, by name, the gradient of every trainable
 * weight of the supernet.
 */
const pass =
  ({ model }: OneShotSupernet, cutting: Cutting, { labelSmoothing }: PassOptions): Step =>
  feeds => {
    const { images, labels, seed, step, targets } = feeds as Record<string, Tensor>
    const values = readAll(model.variables)
    let logits: Tensor | undefined
    try {
      const { value: loss, gradients: all } = gradients(
        () => {
          const { network, execution } = cutting(feeds, name => values.get(name)!)
          // The running statistics of weights that many networks share are those of none.
          const training = { seed: seed!, step: step!, update: () => {} }
          logits = tf.keep(execute(network, images!, { ...execution, training }))
          return targets
            ? softCrossEntropy(logits, targets)
            : softmaxCrossEntropy(logits, labels!, labelSmoothing)
        },
        model.trainable.map(({ name }) => values.get(name)!),
      )
      const named = model.trainable.map(({ name }, i): [string, Tensor] => [name, all[i]!])
      return { loss, logits: tf.clone(logits!), ...Object.fromEntries(named) }
    } finally {
      logits?.dispose()
    }
  }

/** −Σ target · ln softmax(logits), mean of the batch. */
const softCrossEntropy = (logits: Tensor, targets: Tensor): Tensor =>
  tf.neg(tf.mean(tf.sum(tf.mul(targets, tf.logSoftmax(logits)), -1)))

/** A pass of any architecture by its gates. */
export const gatedPass = (supernet: OneShotSupernet, options: PassOptions): Step =>
  pass(supernet, byGates(supernet), options)

/** A pass of one architecture as the network that it decodes to: the same gradients, at that network's cost. */
export const cutPass = (supernet: OneShotSupernet, architecture: Architecture, options: PassOptions): Step =>
  pass(supernet, byCutting(supernet, architecture), options)

/** The architectures of a step besides the largest and the smallest: n, uniform over the space. */
export const drawnArchitectures = (
  { space }: Pick<OneShotSupernet, 'space'>,
  { seed, step }: Pick<StepPosition, 'seed' | 'step'>,
  n: number,
): Architecture[] =>
  Array.from({ length: n }, (_, i) => randomArchitecture(space, random(seed, 'one-shot', step, i)))

/** A supernet in training, with its programs. */
export interface OneShotTrainer {
  readonly supernet: OneShotSupernet
  readonly optimizer: Optimizer
  /** Of `gatedPass`. */
  readonly gated: Program
  /** Of `cutPass` with the smallest architecture. */
  readonly small: Program
}

export interface OneShotStepOptions {
  /** Random architectures besides the largest and the smallest. */
  readonly random: number
  /** Whether all but the largest learn its softmax in place of the labels (in-place distillation). */
  readonly distillation: boolean
  readonly weightDecay: number
}

/** What the pass of one architecture came to, before the step. */
export interface PassResult {
  readonly crossEntropy: number
  readonly right: number
}

/** By kind of architecture; the random ones in the mean. */
export interface OneShotStepResult {
  readonly largest: PassResult
  readonly smallest: PassResult
  readonly random?: PassResult
}

/**
 * One step by the sandwich rule: the largest, the smallest and some random architectures on the same batch, their
 * gradients added, ½·wd·‖w‖² once, one update of weights and optimizer in place.
 */
export function takeOneShotStep(
  { supernet, optimizer, gated, small }: OneShotTrainer,
  batch: LabelledImages,
  position: StepPosition,
  { random: n, distillation, weightDecay }: OneShotStepOptions,
): OneShotStepResult {
  const { space, model } = supernet
  const { trainable } = model
  return withTensors(() => {
    const { learningRate, seed, step } = positionFeeds(position)
    const common: Tensors = { ...batchFeeds(model, batch), seed, step }
    let sum: readonly Tensor[] | undefined
    const take = (program: Program, feeds: Tensors) => {
      const { loss, logits, ...named } = program.run({ ...common, ...feeds }) as Record<string, Tensor>
      const own = trainable.map(({ name }) => named[name]!)
      sum = sum ? sum.map((total, i) => tf.add(total, own[i]!)) : own
      const result = { crossEntropy: loss!.dataSync()[0]!, right: countRight(logits!, batch.labels) }
      return { result, logits: logits! }
    }
    const whole = take(gated, gateFeeds(space, largest(space)))
    const soft: Tensors = distillation ? { targets: tf.softmax(whole.logits) } : {}
    const least = take(small, soft).result
    const drawn = drawnArchitectures(supernet, position, n).map(
      architecture => take(gated, { ...gateFeeds(space, architecture), ...soft }).result,
    )
    const values = readAll(model.variables)
    const decayed = addWeightDecay(sum!, trainable, values, model.kernels, weightDecay)
    applyGradients(optimizer, trainable, decayed, paceOf(learningRate, step))
    return { largest: whole.result, smallest: least, ...(n > 0 && { random: meanOf(drawn) }) }
  })
}

const meanOf = (results: readonly PassResult[]): PassResult => {
  const mean = (part: keyof PassResult) =>
    results.reduce((sum, result) => sum + result[part], 0) / results.length
  return { crossEntropy: mean('crossEntropy'), right: mean('right') }
}
