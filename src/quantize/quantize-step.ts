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
  type StepPosition,
  softmaxCrossEntropy,
  type Tensor,
  type Tensors,
  tf,
  withTensors,
} from '../engine/index.js'
import { distributionLoss } from './distribution-loss.js'
import type { DistributionForm } from './quantize-config.js'
import { kernelOf, quantizeKernels } from './quantize-kernels.js'
import { type QuantizedModel, thresholdsOf } from './quantized-model.js'
import { expectedPrice, type TermsPrice } from './terms-price.js'

export interface QuantizeStepOptions {
  readonly weightDecay: number
  readonly labelSmoothing: number
  /** λ of Σ λ·‖r‖₂ over filters and terms. */
  readonly regularizer: number
  /** What is bounded. */
  readonly price?: TermsPrice | undefined
  /** Of the loss on what signs read. */
  readonly distribution?: DistributionForm | undefined
}

/**
 * One step of quantization-aware training: forward with quantized kernels and feature maps, gradients straight through to
 * the latent weights. The loss is cross-entropy + μ·mean over quantizers of the distribution loss + Λ·ln(price of terms) +
 * Σ λ‖r‖₂, to which weight decay is added. Updates weights and thresholds in place; latent weights of schemes that clip are
 * then put back between −1 and 1. Feeds and outputs: those of `takeQuantizeStep`.
 */
export const quantizeStep =
  (
    quantized: QuantizedModel,
    optimizers: { readonly weights: Optimizer; readonly thresholds: Optimizer },
    { weightDecay, labelSmoothing, regularizer, price, distribution }: QuantizeStepOptions,
  ): Step =>
  feeds => {
    const { model, prepared } = quantized
    const { images, labels, learningRate, thresholdRate, lambda, mu, seed, step } = feeds as Record<
      string,
      Tensor
    >
    const thresholds = thresholdsOf(quantized)
    const values = readAll(model.variables)
    for (const variable of thresholds) values.set(variable.name, variable.read())
    const trained = [...model.trainable, ...thresholds]
    const update = (name: string, value: Tensor) => model.variables.get(name)!.assign(value)
    const signs = distribution ? prepared.quantizers.filter(({ bits }) => bits === 1) : []
    const signed = new Set(signs.map(({ input }) => input))

    const kept: Tensor[] = []
    const keep = (tensor: Tensor): Tensor => {
      kept.push(tf.keep(tensor))
      return tensor
    }
    const told: Record<string, Tensor> = {}
    try {
      const { gradients: plain } = gradients(
        () => {
          const { kernels, terms } = quantizeKernels(prepared, values, layer =>
            quantized.decisionOf(layer, values, feeds),
          )
          const losses: Tensor[] = []
          const output = (name: string, value: Tensor): Tensor => {
            if (signed.has(name)) losses.push(distributionLoss(value, distribution!))
            return value
          }
          const logits = execute(model.network, images!, {
            weight: name => kernels.get(name) ?? values.get(name)!,
            output,
            training: { seed: seed!, step: step!, update },
          })
          told['logits'] = keep(logits)
          told['crossEntropy'] = keep(softmaxCrossEntropy(logits, labels!, labelSmoothing))
          let loss = told['crossEntropy']
          if (losses.length > 0) {
            told['distribution'] = keep(tf.mul(sum(losses), 1 / losses.length))
            loss = tf.add(loss, tf.mul(told['distribution'], mu!))
          }
          if (price) {
            told['price'] = keep(expectedPrice(price, terms))
            loss = tf.add(loss, tf.mul(tf.log(told['price']), lambda!))
          }
          const norms = [...terms.values()].flatMap(({ norms }) => norms.map(norm => tf.sum(norm) as Tensor))
          return norms.length > 0 ? tf.add(loss, tf.mul(sum(norms), regularizer)) : loss
        },
        trained.map(({ name }) => values.get(name)!),
      )
      const decayed = addWeightDecay(plain, trained, values, model.kernels, weightDecay)
      const split = model.trainable.length
      const pace = paceOf(learningRate!, step!)
      applyGradients(optimizers.weights, model.trainable, decayed.slice(0, split), pace)
      applyGradients(optimizers.thresholds, thresholds, decayed.slice(split), paceOf(thresholdRate!, step!))
      if (prepared.scheme.clips) clipLatent(quantized)
      return Object.fromEntries(Object.entries(told).map(([name, tensor]) => [name, tf.clone(tensor)]))
    } finally {
      tf.dispose(kept)
    }
  }

const sum = (parts: readonly Tensor[]): Tensor => parts.reduce((total, part) => tf.add(total, part))

function clipLatent({ model, prepared }: QuantizedModel): void {
  for (const layer of prepared.layers) {
    const variable = model.variables.get(kernelOf(layer))!
    variable.assign(tf.clipByValue(variable.read(), -1, 1))
  }
}

/** Where in a training a step is. */
export interface QuantizeStepPosition extends StepPosition {
  /** Of the thresholds. */
  readonly thresholdRate: number
  /** Λ of the price of terms. */
  readonly lambda: number
  /** μ of the distribution loss. */
  readonly mu: number
}

export interface QuantizeStepResult {
  /** Cross-entropy alone. */
  readonly loss: number
  readonly right: number
  /** Of the terms before this step. */
  readonly price?: number
  /** The distribution loss, without its weight. */
  readonly distribution?: number
}

/** Takes one step with a program of `quantizeStep`. `more` gives the feeds of `decisionFeeds`. */
export function takeQuantizeStep(
  program: Program,
  { model }: QuantizedModel,
  batch: LabelledImages,
  { thresholdRate, lambda, mu, ...position }: QuantizeStepPosition,
  more: () => Tensors,
): QuantizeStepResult {
  return withTensors(() => {
    const told = program.run({
      ...batchFeeds(model, batch),
      ...positionFeeds(position),
      thresholdRate: tf.scalar(thresholdRate),
      lambda: tf.scalar(lambda),
      mu: tf.scalar(mu),
      ...more(),
    })
    const number = (name: string) => told[name]?.dataSync()[0]
    const [price, distribution] = [number('price'), number('distribution')]
    return {
      loss: number('crossEntropy')!,
      right: countRight(told['logits']!, batch.labels),
      ...(price !== undefined && { price }),
      ...(distribution !== undefined && { distribution }),
    }
  })
}
