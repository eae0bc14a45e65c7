import { type Constraint, type CostModel, METRICS, type Metric } from '../cost/index.js'
import { mean, type Tensor, tf } from '../engine/index.js'
import { CostError, InputError } from '../errors.js'
import { type Network, weightSpecs } from '../network/index.js'
import { type FilterTerms, kernelOf } from './quantize-kernels.js'
import type { Terms } from './scheme.js'

/**
 * What terms cost: a filter of k terms is k filters of one term whose outputs are added, so a layer of F filters costs
 * Σk / F of what it costs with one term each.
 */
export interface TermsPrice {
  readonly metric: Metric
  /** Of all that has no terms. */
  readonly fixed: number
  /** By layer: its price with one term a filter. */
  readonly layers: Readonly<Record<string, number>>
  /** What the sum is divided by, so that an average of whole numbers is exact. */
  readonly per: number
}

/** What terms are bounded by. */
export const BOUNDED: readonly Metric[] = Object.freeze(['terms', 'latency', 'energy'])

/**
 * The price of terms by which a constraint is kept: their average over the weights of `layers`, or latency (ms) or energy
 * (mJ) by a model of what computes one term at a time. Throws InputError for another metric, CostError where the model does
 * not tell layers apart.
 */
export async function termsPrice(
  network: Network,
  layers: readonly string[],
  { metric, text }: Pick<Constraint, 'metric' | 'text'>,
  model?: CostModel,
): Promise<TermsPrice> {
  if (!BOUNDED.includes(metric)) {
    const others = METRICS.filter(each => !BOUNDED.includes(each)).join(', ')
    throw new InputError(
      `constraint "${text}": terms change no ${metric}; bound ${BOUNDED.join(', ')} (not ${others})`,
    )
  }
  if (metric === 'terms') return averageOf(network, layers)
  if (model === undefined)
    throw new InputError(`constraint "${text}": name what ${metric} is priced on with --on accelerator:FILE`)
  const key = metric === 'latency' ? 'latencyMs' : 'energyMj'
  const cost = await model.estimate(network)
  const priced = new Map(cost.layers?.map(layer => [layer.name, layer[key]]))
  const own = layers.map((layer): [string, number] => {
    const price = priced.get(layer)
    if (price === undefined)
      throw new CostError(`constraint "${text}": ${model.name} gives no ${metric} of layer "${layer}"`)
    return [layer, price]
  })
  const sum = own.reduce((total, [, price]) => total + price, 0)
  return { metric, fixed: cost[key]! - sum, layers: Object.fromEntries(own), per: 1 }
}

function averageOf(network: Network, layers: readonly string[]): TermsPrice {
  const sizes = new Map(
    weightSpecs(network).map(({ name, shape }) => [name, shape.reduce((product, size) => product * size, 1)]),
  )
  const counts = layers.map((layer): [string, number] => [layer, sizes.get(kernelOf(layer))!])
  const per = counts.reduce((sum, [, count]) => sum + count, 0)
  return { metric: 'terms', fixed: 0, layers: Object.fromEntries(counts), per }
}

/** The price of terms that are known. */
export const priceOfTerms = ({ fixed, layers, per }: TermsPrice, terms: FilterTerms): number =>
  Object.entries(layers).reduce((sum, [layer, price]) => {
    const filters = terms[layer]!
    return sum + (price * filters.reduce((total, k) => total + k, 0)) / filters.length
  }, fixed) / per

/** The same on gates, with a gradient: (fixed + Σ price·mean(Σⱼ gates)) / per. Scalar. */
export function expectedPrice({ fixed, layers, per }: TermsPrice, terms: ReadonlyMap<string, Terms>): Tensor {
  const parts = Object.entries(layers).map(([layer, price]) => {
    const { gates } = terms.get(layer)!
    const sum = gates.reduce((total, gate) => tf.add(total, gate))
    return tf.mul(mean(sum, [0]), price / per) as Tensor
  })
  return parts.reduce((sum, part) => tf.add(sum, part), tf.scalar(fixed / per) as Tensor)
}
