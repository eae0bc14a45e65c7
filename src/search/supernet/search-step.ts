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
  tf,
  withTensors,
} from '../../engine/index.js'
import type { Searched } from './formulation.js'

export interface SearchStepOptions {
  readonly weightDecay: number
  readonly labelSmoothing: number
}

/**
 * One step of the search: cross-entropy + ½·wd·‖w‖² + Σ λ·ln R, weights and what decides together on the same batch
 * (single level). Updates the supernet and both optimizers in place. Feeds and outputs: those of `takeSearchStep`.
 */
export const searchStep =
  (
    { model, parameters, pass }: Searched,
    optimizers: { readonly weights: Optimizer; readonly thresholds: Optimizer },
    { weightDecay, labelSmoothing }: SearchStepOptions,
  ): Step =>
  feeds => {
    const { images, labels, learningRate, thresholdRate, lambdas, seed, step } = feeds as Record<
      string,
      Tensor
    >
    const values = readAll(model.variables)
    for (const variable of parameters) values.set(variable.name, variable.read())
    const trained = [...model.trainable, ...parameters]
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
          const { execution, prices, listed } = pass(name => values.get(name)!, feeds)
          const training = { seed: seed!, step: step!, update }
          margins = keep(listed.margins)
          levels = keep(listed.thresholds)
          logits = keep(execute(model.network, images!, { ...execution, training }))
          crossEntropy = keep(softmaxCrossEntropy(logits, labels!, labelSmoothing))
          priced = prices.map(keep)
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
      applyGradients(optimizers.thresholds, parameters, decayed.slice(split), paceOf(thresholdRate!, step!))
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
  /** Of what decides: thresholds, or logits. */
  readonly thresholdRate: number
  /** By price: its multiplier λ. */
  readonly lambdas: readonly number[]
  /** Probability that a decision is kept in this step (decision dropout); 1 after the warm-up. */
  readonly keepProbability: number
  /** Share of the constrained steps that have been taken; below 0 in the warm-up. */
  readonly share: number
  readonly seed: number
  readonly step: number
}

export interface SearchStepResult {
  readonly crossEntropy: number
  readonly right: number
  /** Price by the model in the loss, in the metric's unit, of the decisions before this step. */
  readonly prices: readonly number[]
  /** Of the decisions before this step, in the order of the formulation's: how far they are above what, and that. */
  readonly margins: readonly number[]
  readonly thresholds: readonly number[]
}

/** Takes one step of a search with a program of `searchStep`. */
export function takeSearchStep(
  program: Program,
  searched: Pick<Searched, 'model' | 'feeds'>,
  batch: LabelledImages,
  position: SearchStepPosition,
): SearchStepResult {
  return withTensors(() => {
    const { crossEntropy, logits, prices, margins, thresholds } = program.run({
      ...batchFeeds(searched.model, batch),
      ...positionFeeds(position),
      thresholdRate: tf.scalar(position.thresholdRate),
      lambdas: tf.tensor1d([...position.lambdas]),
      ...searched.feeds(position),
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
