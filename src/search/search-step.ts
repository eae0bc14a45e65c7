import {
  addWeightDecay,
  applyGradients,
  batchFeeds,
  countRight,
  execute,
  gradients,
  type LabelledImages,
  type Optimizer,
  type Program,
  paceOf,
  positionFeeds,
  readAll,
  type Step,
  softmaxCrossEntropy,
  type Tensor,
  type Tensors,
  tf,
  withTensors,
} from '../engine/index.js'
import { random } from '../random.js'
import { listedTensor } from './decision-log.js'
import { expectedPrice, type PriceIncrements } from './expected-price.js'
import type { Keep } from './superkernel.js'
import { gateAll, gatedExecution, type Supernet, thresholdsOf, thresholdVariables } from './supernet.js'

export interface SearchStepOptions {
  readonly weightDecay: number
  readonly labelSmoothing: number
  readonly temperature: number
  /** Prices in the loss. */
  readonly prices: readonly PriceIncrements[]
}

/**
 * One step of the search: cross-entropy + ½·wd·‖w‖² + Σ λ·ln R, weights and thresholds together on the same batch
 * (single level). Updates the supernet and both optimizers in place. Feeds and outputs: those of `takeSearchStep`.
 */
export const searchStep =
  (
    supernet: Supernet,
    optimizers: { readonly weights: Optimizer; readonly thresholds: Optimizer },
    { weightDecay, labelSmoothing, temperature, prices }: SearchStepOptions,
  ): Step =>
  feeds => {
    const { model } = supernet
    const { images, labels, learningRate, thresholdRate, lambdas, seed, step } = feeds as Record<
      string,
      Tensor
    >
    const thresholds = thresholdVariables(supernet)
    const values = readAll(model.variables)
    for (const variable of thresholds) values.set(variable.name, variable.read())
    const trained = [...model.trainable, ...thresholds]
    const update = (name: string, value: Tensor) => model.variables.get(name)!.assign(value)

    const kept: Tensor[] = []
    const keep = (tensor: Tensor): Tensor => {
      kept.push(tf.keep(tensor))
      return tensor
    }
    let [logits, crossEntropy]: Tensor[] = []
    let priced: Tensor[] = []
    let [margins, levels]: Tensor[] = []
    try {
      const { gradients: plain } = gradients(
        () => {
          const gated = gateAll(supernet, name => values.get(name)!, temperature, keepOf(supernet, feeds))
          const execution = gatedExecution(supernet, gated, name => values.get(name)!)
          const training = { seed: seed!, step: step!, update }
          const listed = (blocks: Parameters<typeof listedTensor>[1]) =>
            keep(listedTensor(supernet.space, blocks))
          margins = listed(gated.map(({ margins }) => margins))
          levels = listed(thresholdsOf(supernet, name => values.get(name)!))
          logits = keep(execute(model.network, images!, { ...execution, training }))
          crossEntropy = keep(softmaxCrossEntropy(logits, labels!, labelSmoothing))
          priced = prices.map(increments => keep(expectedPrice(increments, gated)))
          return priced.reduce<Tensor>(
            (loss, price, i) => tf.add(loss, tf.mul(tf.log(price), lambdaAt(lambdas!, i))),
            crossEntropy,
          )
        },
        trained.map(({ name }) => values.get(name)!),
      )
      const decayed = addWeightDecay(plain, trained, values, model.kernels, weightDecay)
      const split = model.trainable.length
      applyGradients(
        optimizers.weights,
        model.trainable,
        decayed.slice(0, split),
        paceOf(learningRate!, step!),
      )
      applyGradients(optimizers.thresholds, thresholds, decayed.slice(split), paceOf(thresholdRate!, step!))
      return {
        crossEntropy: tf.clone(crossEntropy!),
        logits: tf.clone(logits!),
        prices: priced.length > 0 ? tf.stack(priced) : tf.zeros([0]),
        margins: tf.clone(margins!),
        thresholds: tf.clone(levels!),
      }
    } finally {
      tf.dispose(kept)
    }
  }

const lambdaAt = (lambdas: Tensor, i: number): Tensor => tf.reshape(tf.slice(lambdas, [i], [1]), [])

/** Where in a search a step is. */
export interface SearchStepPosition {
  readonly learningRate: number
  /** Of the thresholds. */
  readonly thresholdRate: number
  /** By price: its multiplier λ. */
  readonly lambdas: readonly number[]
  /** Probability that a decision is kept in this step (decision dropout); 1 after the warm-up. */
  readonly keepProbability: number
  readonly seed: number
  readonly step: number
}

export interface SearchStepResult {
  readonly crossEntropy: number
  readonly right: number
  /** Price by the model in the loss, in the metric's unit, of the decisions before this step. */
  readonly prices: readonly number[]
  /** Of the decisions before this step, in the order of `decisionsOf`: norm / reference − threshold, and threshold. */
  readonly margins: readonly number[]
  readonly thresholds: readonly number[]
}

/** Takes one step of a search with a program of `searchStep`. */
export function takeSearchStep(
  program: Program,
  supernet: Supernet,
  batch: LabelledImages,
  position: SearchStepPosition,
): SearchStepResult {
  return withTensors(() => {
    const { crossEntropy, logits, prices, margins, thresholds } = program.run({
      ...batchFeeds(supernet.model, batch),
      ...positionFeeds(position),
      thresholdRate: tf.scalar(position.thresholdRate),
      lambdas: tf.tensor1d([...position.lambdas]),
      ...keepFeeds(supernet, position),
    }) as Record<'crossEntropy' | 'logits' | 'prices' | 'margins' | 'thresholds', Tensor>
    return {
      crossEntropy: crossEntropy.dataSync()[0]!,
      right: countRight(logits, batch.labels),
      prices: [...prices.dataSync()],
      margins: [...margins.dataSync()],
      thresholds: [...thresholds.dataSync()],
    }
  })
}

/**
 * Decision dropout: each decision is kept with probability p and scaled by 1 / p, one draw per decision and step.
 * Squeeze-and-excitation is not scaled: 1 + d · (SE(x) − 1) is a factor between 0 and 1 only up to d = 1.
 */
function keepFeeds(
  { superkernels }: Supernet,
  { keepProbability: p, seed, step }: SearchStepPosition,
): Tensors {
  return Object.fromEntries(
    superkernels.flatMap(({ block }) => {
      const stream = random(seed, 'decisions', step, block.name)
      const mask = (length: number, kept = 1 / p) =>
        tf.tensor1d(Array.from({ length }, () => (p === 1 ? 1 : stream.uniform() < p ? kept : 0)))
      return [
        [`${block.name}/keep/kernel`, mask(block.kernels.length - 1)],
        [`${block.name}/keep/expansion`, mask(block.expansions.length)],
        ...(block.canSqueeze ? [[`${block.name}/keep/squeeze`, mask(1, 1)]] : []),
      ]
    }),
  )
}

const keepOf = ({ superkernels }: Supernet, feeds: Tensors): Keep[] =>
  superkernels.map(({ block }) => ({
    kernel: feeds[`${block.name}/keep/kernel`]!,
    expansion: feeds[`${block.name}/keep/expansion`]!,
    ...(block.canSqueeze && { squeeze: feeds[`${block.name}/keep/squeeze`]! }),
  }))
