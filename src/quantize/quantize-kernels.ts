import { type Tensor, tf } from '../engine/index.js'
import { createNetwork, type Network, type Weight } from '../network/index.js'
import type { Prepared } from './prepare.js'
import type { Decision, Terms } from './scheme.js'

/** Quantized kernels as `replace` takes them, by the weight's name, and what decides their terms, by layer. */
export interface QuantizedKernels {
  readonly kernels: ReadonlyMap<string, Tensor>
  readonly terms: ReadonlyMap<string, Terms>
}

export const kernelOf = (layer: string): string => `${layer}/kernel`

/**
 * The kernels of a network's quantized layers on the scheme's grid. `decisionOf` gives what decides a layer's terms.
 * Differentiable in `values`; to be called within tf.tidy.
 */
export function quantizeKernels(
  { layers, scheme }: Pick<Prepared, 'layers' | 'scheme'>,
  values: ReadonlyMap<string, Tensor>,
  decisionOf: (layer: string) => Decision | undefined = () => undefined,
): QuantizedKernels {
  const kernels = new Map<string, Tensor>()
  const termsOf = new Map<string, Terms>()
  for (const layer of layers) {
    const { value, terms } = scheme.quantize(values.get(kernelOf(layer))!, decisionOf(layer))
    kernels.set(kernelOf(layer), value)
    if (terms) termsOf.set(layer, terms)
  }
  return { kernels, terms: termsOf }
}

/** How many terms every filter has, by layer; of layers that are left out all filters have all. */
export type FilterTerms = Readonly<Record<string, readonly number[]>>

/**
 * The network with kernels on the scheme's grid, float32 numbers that are exactly representable. Everything else is as it
 * was. `terms`: of schemes whose filters have terms of their own.
 */
export function quantizeWeights({ network, layers, scheme }: Prepared, terms: FilterTerms = {}): Network {
  const quantized = layers.map((layer): [string, Weight] => {
    const { shape, data } = network.weights[kernelOf(layer)]!
    const value = tf.tidy(() => {
      const given = terms[layer]
      const decision = scheme.decides && given ? decided(given, scheme.terms!) : undefined
      return scheme.quantize(tf.tensor(data, [...shape]), decision).value
    })
    const values = value.dataSync() as Float32Array
    value.dispose()
    return [kernelOf(layer), { shape, data: values }]
  })
  return createNetwork({ ...network, weights: { ...network.weights, ...Object.fromEntries(quantized) } })
}

/** Terms as a decision that has been taken. */
const decided = (terms: readonly number[], most: number): Decision => ({
  thresholds: tf.zeros([most]),
  mask: maskOf(terms, most),
  decided: tf.scalar(1),
})

/** [terms, filters]: 1 where a filter has the term. */
export const maskOf = (terms: readonly number[], most: number): Tensor =>
  tf.tensor2d(
    Array.from({ length: most }, (_, term) => terms.map(count => (count > term ? 1 : 0))),
    [most, terms.length],
  )
