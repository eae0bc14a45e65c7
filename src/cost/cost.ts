import type { Network } from '../network/index.js'

/** What can be bounded or minimised. */
export const METRICS = ['latency', 'energy', 'area', 'macs', 'params', 'terms'] as const
export type Metric = (typeof METRICS)[number]

/** The price of one layer or block. */
export interface LayerCost {
  readonly name: string
  readonly latencyMs?: number
  readonly energyMj?: number
}

/** The price of a network; a figure that the model does not give is absent. */
export interface Cost {
  readonly latencyMs?: number
  readonly energyMj?: number
  readonly areaMm2?: number
  readonly macs: number
  readonly params: number
  /** Powers of two that a weight is the sum of, on average; of networks that are quantized to such sums. */
  readonly terms?: number
  readonly layers?: readonly LayerCost[]
}

/** Prices networks: a device table, an accelerator's model, measurement on this machine, or counting alone. */
export interface CostModel {
  readonly name: string
  readonly kind: 'table' | 'accelerator' | 'host' | 'count'
  /** Throws CostError, naming the layer or block that has no price. */
  estimate(network: Network): Promise<Cost>
}
