import {
  addWeightDecay,
  applyGradients,
  batchTensors,
  countRight,
  execute,
  gradients,
  type LabelledImages,
  type Optimizer,
  readAll,
  softmaxCrossEntropy,
  type Tensor,
  tf,
} from '../engine/index.js'
import { random } from '../random.js'
import type { BlockMargins } from './decide.js'
import { expectedPrice, type PriceIncrements } from './expected-price.js'
import type { Keep } from './superkernel.js'
import { gateAll, gatedWeight, readMargins, type Supernet, thresholdVariables } from './supernet.js'

export interface SearchStepOptions {
  readonly learningRate: number
  /** Of the thresholds. */
  readonly thresholdRate: number
  readonly weightDecay: number
  readonly labelSmoothing: number
  readonly temperature: number
  /** Probability that a decision is kept in this step (decision dropout); 1 after the warm-up. */
  readonly keepProbability: number
  /** Prices in the loss, with their multipliers. */
  readonly prices: readonly { readonly increments: PriceIncrements; readonly lambda: number }[]
  readonly seed: number
  readonly step: number
}

export interface SearchStepResult {
  readonly crossEntropy: number
  readonly right: number
  /** Price by the model in the loss, in the metric's unit, of the decisions before this step. */
  readonly prices: readonly number[]
  readonly margins: readonly BlockMargins[]
}

/**
 * One step of the search: cross-entropy + ½·wd·‖w‖² + Σ λ·ln R, weights and thresholds together on the same batch
 * (single level). Updates the supernet and both optimizers in place.
 */
export function searchStep(
  supernet: Supernet,
  optimizers: { readonly weights: Optimizer; readonly thresholds: Optimizer },
  batch: LabelledImages,
  options: SearchStepOptions,
): SearchStepResult {
  const { model, superkernels } = supernet
  const { seed, step, temperature, prices } = options
  const thresholds = thresholdVariables(supernet)
  return tidy(() => {
    const [x, labels] = batchTensors(model, batch)
    const values = readAll(model.variables)
    for (const variable of thresholds) values.set(variable.name, variable.read())
    const trained = [...model.trainable, ...thresholds]
    const keep = keepMasks(supernet, options)
    const training = {
      seed,
      step,
      update: (name: string, value: Tensor) => model.variables.get(name)!.assign(value),
    }

    const kept: { logits?: Tensor; crossEntropy?: Tensor; prices?: Tensor[]; margins?: BlockMargins[] } = {}
    try {
      const { gradients: plain } = gradients(
        () => {
          const gated = gateAll(supernet, name => values.get(name)!, temperature, keep)
          const kernels = new Map(superkernels.map((kernel, b) => [gatedWeight(kernel), gated[b]!.kernel]))
          const weight = (name: string) => kernels.get(name) ?? values.get(name)!
          kept.logits = tf.keep(execute(model.network, x, { weight, training }))
          kept.crossEntropy = tf.keep(softmaxCrossEntropy(kept.logits, labels, options.labelSmoothing))
          kept.prices = prices.map(({ increments }) => tf.keep(expectedPrice(increments, gated)))
          kept.margins = readMargins(gated)
          return prices.reduce<Tensor>(
            (loss, { lambda }, i) =>
              lambda === 0 ? loss : tf.add(loss, tf.mul(tf.log(kept.prices![i]!), lambda)),
            kept.crossEntropy,
          )
        },
        trained.map(({ name }) => values.get(name)!),
      )
      const decayed = addWeightDecay(plain, trained, values, model.kernels, options.weightDecay)
      const split = model.trainable.length
      applyGradients(
        optimizers.weights,
        model.trainable,
        decayed.slice(0, split),
        tf.scalar(options.learningRate),
      )
      applyGradients(
        optimizers.thresholds,
        thresholds,
        decayed.slice(split),
        tf.scalar(options.thresholdRate),
      )

      return {
        crossEntropy: kept.crossEntropy!.dataSync()[0]!,
        right: countRight(kept.logits!, batch.labels),
        prices: kept.prices!.map(price => price.dataSync()[0]!),
        margins: kept.margins!,
      }
    } finally {
      tf.dispose([kept.logits, kept.crossEntropy, kept.prices].filter(made => made !== undefined))
    }
  })
}

/** `tf.tidy` for a result that holds no tensors. */
const tidy = <T>(body: () => T): T => tf.tidy(body as never) as T

/** Decision dropout: each decision is kept with probability p and scaled by 1 / p, one draw per decision and step. */
function keepMasks(
  { superkernels }: Supernet,
  { keepProbability: p, seed, step }: SearchStepOptions,
): Keep[] | undefined {
  if (p === 1) return undefined
  return superkernels.map(({ block }) => {
    const stream = random(seed, 'decisions', step, block.name)
    const mask = (length: number) =>
      tf.tensor1d(Array.from({ length }, () => (stream.uniform() < p ? 1 / p : 0)))
    return { kernel: mask(block.kernels.length - 1), expansion: mask(block.expansions.length) }
  })
}
