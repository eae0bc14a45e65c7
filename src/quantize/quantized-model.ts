import {
  createModel,
  createVariable,
  disposeModel,
  type Model,
  networkOf,
  readAll,
  type Tensor,
  type Tensors,
  tf,
  type Variable,
  withTensors,
} from '../engine/index.js'
import type { Network, Weights } from '../network/index.js'
import type { TermMargins } from './decide-terms.js'
import type { Prepared } from './prepare.js'
import { type FilterTerms, kernelOf, maskOf, quantizeKernels, quantizeWeights } from './quantize-kernels.js'
import type { Decision } from './scheme.js'

/** A prepared network whose latent weights, and thresholds where filters decide, live in the engine. */
export interface QuantizedModel {
  readonly prepared: Prepared
  readonly model: Model
  /**
   * By layer, `<layer>/thresholds`: [terms], in units of what one term left of its filters at the start, so that one rate
   * suits all layers. Empty unless the scheme's filters decide.
   */
  readonly thresholds: ReadonlyMap<string, Variable>
  /** By layer: the unit of its thresholds. */
  readonly units: ReadonlyMap<string, number>
  /** What decides a layer's terms: its thresholds in `values`, masks and `decided` in `feeds`. */
  decisionOf(layer: string, values: ReadonlyMap<string, Tensor>, feeds: Tensors): Decision | undefined
}

const thresholdName = (layer: string): string => `${layer}/thresholds`
const maskName = (layer: string): string => `terms ${layer}`

/** Thresholds are 0, so that every filter has all terms, or those of `packed`, beside its weights. */
export function createQuantizedModel(prepared: Prepared, packed?: Weights): QuantizedModel {
  const { scheme, layers, network } = prepared
  const model = createModel(packed ? { ...network, weights: packed } : network)
  const terms = scheme.terms ?? 0
  const thresholds = new Map(
    (scheme.decides ? layers : []).map(layer => {
      const name = thresholdName(layer)
      const data = packed?.[name]?.data ?? new Float32Array(terms)
      return [layer, createVariable(name, [terms], data)]
    }),
  )
  const units = new Map([...thresholds.keys()].map(layer => [layer, unitOf(prepared, layer)]))
  return {
    prepared,
    model,
    thresholds,
    units,
    decisionOf(layer, values, feeds) {
      const unit = units.get(layer)
      if (unit === undefined) return undefined
      return {
        thresholds: tf.mul(values.get(thresholdName(layer))!, unit),
        mask: feeds[maskName(layer)]!,
        decided: feeds['decided']!,
      }
    },
  }
}

/** Mean norm of what is left of a layer's filters before their last term; a little of what was there where nothing is. */
function unitOf({ network, scheme }: Prepared, layer: string): number {
  const { shape, data } = network.weights[kernelOf(layer)]!
  const means = withTensors(() => {
    const { terms } = scheme.quantize(tf.tensor(data, [...shape]))
    return terms!.norms.map(norm => tf.mean(norm).dataSync()[0]!)
  })
  return means.at(-1)! || (means[0] || 1) * REMAINDER
}

/** About what a rounding to powers of two leaves of a norm. */
const REMAINDER = 1 / 8

export const thresholdsOf = ({ thresholds }: QuantizedModel): readonly Variable[] => [...thresholds.values()]

export function disposeQuantizedModel(quantized: QuantizedModel): void {
  disposeModel(quantized.model)
  for (const variable of thresholdsOf(quantized)) variable.dispose()
}

/** The feeds that `decisionOf` reads: terms that are decided, or none yet. To be called within tf.tidy. */
export function decisionFeeds({ prepared, thresholds }: QuantizedModel, terms?: FilterTerms): Tensors {
  if (thresholds.size === 0) return {}
  const most = prepared.scheme.terms!
  const filters = (layer: string) => prepared.network.weights[kernelOf(layer)]!.shape.at(-1)!
  const masks = [...thresholds.keys()].map(layer => [
    maskName(layer),
    terms ? maskOf(terms[layer]!, most) : tf.ones([most, filters(layer)]),
  ])
  return { ...Object.fromEntries(masks), decided: tf.scalar(terms ? 1 : 0) }
}

/** All values that quantizing and executing read. To be called within tf.tidy. */
export function readQuantized(quantized: QuantizedModel): Map<string, Tensor> {
  const values = readAll(quantized.model.variables)
  for (const variable of thresholdsOf(quantized)) values.set(variable.name, variable.read())
  return values
}

/** (Norm − threshold) / unit of the layer's thresholds, of every filter and term as they are now. */
export function termMargins(quantized: QuantizedModel): TermMargins {
  const margins: Record<string, number[][]> = {}
  tf.tidy(() => {
    const feeds = decisionFeeds(quantized)
    const values = readQuantized(quantized)
    const { terms } = quantizeKernels(quantized.prepared, values, layer =>
      quantized.decisionOf(layer, values, feeds),
    )
    for (const [layer, { margins: byTerm }] of terms) {
      const unit = quantized.units.get(layer)!
      margins[layer] = byTerm.map(margin => Array.from(margin.dataSync(), value => value / unit))
    }
  })
  return margins
}

/** The network as it would be used: latent kernels give way to those on the grid. */
export const quantizedNetwork = ({ prepared, model }: QuantizedModel, terms?: FilterTerms): Network =>
  quantizeWeights({ ...prepared, network: networkOf(model) }, terms)
